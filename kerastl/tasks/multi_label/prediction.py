"""The predicted labels of one input."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.seeing.notebook.probabilities import probabilities_html


@dataclass(frozen=True)
class MultiLabelPrediction:
    """The labels of one input, and the probability of each known label.

    Attributes:
        labels: Names of the labels whose probability reaches their threshold, most probable first.
        probabilities: Probability by name. They do not sum to 1.
    """

    labels: tuple[str, ...]
    probabilities: dict[str, float]

    @classmethod
    def from_row(
        cls, row: np.ndarray, class_names: Sequence[str], thresholds: Sequence[float]
    ) -> "MultiLabelPrediction":
        """Make a prediction from one row of probabilities, shape `(labels,)`."""
        given = [
            i for i in np.argsort(-row, kind="stable") if row[i] >= row.dtype.type(thresholds[i])
        ]
        return cls(
            labels=tuple(class_names[i] for i in given),
            probabilities={name: float(p) for name, p in zip(class_names, row, strict=True)},
        )

    def to_row(self) -> dict[str, Any]:
        """Return the prediction as a row of `predict_frame`."""
        every = {f"probability of {name}": value for name, value in self.probabilities.items()}
        return {"labels": self.labels, **every}

    def _repr_html_(self) -> str:
        return probabilities_html(str(self), self.probabilities)

    def __str__(self) -> str:
        told = [f"{printable(name)} ({self.probabilities[name]:.3f})" for name in self.labels]
        return ", ".join(told) or "no label"
