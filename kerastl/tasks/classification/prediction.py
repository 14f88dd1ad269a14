"""The predicted class of one input."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.seeing.notebook.probabilities import probabilities_html


@dataclass(frozen=True)
class Prediction:
    """The most probable class of one input, and the probability of each.

    Attributes:
        label: Name of the most probable class.
        probability: Its probability.
        probabilities: Probability by class name.
    """

    label: str
    probability: float
    probabilities: dict[str, float]

    @classmethod
    def from_row(cls, row: np.ndarray, class_names: Sequence[str]) -> "Prediction":
        """Make a prediction from one row of probabilities, shape `(classes,)`."""
        best = int(row.argmax())
        return cls(
            label=class_names[best],
            probability=float(row[best]),
            probabilities={name: float(p) for name, p in zip(class_names, row, strict=True)},
        )

    def to_row(self) -> dict[str, Any]:
        """Return the prediction as a row of `predict_frame`."""
        every = {f"probability of {name}": value for name, value in self.probabilities.items()}
        return {"label": self.label, "probability": self.probability, **every}

    def _repr_html_(self) -> str:
        return probabilities_html(str(self), self.probabilities)

    def __str__(self) -> str:
        return f"{printable(self.label)} ({self.probability:.3f})"
