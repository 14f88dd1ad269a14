"""The predicted class of one input."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.seeing.notebook.probabilities import probabilities_html

NONE_OF_THESE = "none of these"
"""What is printed for an input that belongs to no class."""


@dataclass(frozen=True)
class Prediction:
    """The most probable class of one input, and the probability of each.

    Attributes:
        label: Name of the most probable class; None if the input belongs to no class.
        probability: The highest probability.
        probabilities: Probability by class name.
        unfamiliarity: How unlike the training examples the input is, a score without a unit; None
            unless `predict` had `allow_unknown=True`.
        is_unknown: Whether that is above the threshold, so that `label` is None.
    """

    label: str | None
    probability: float
    probabilities: dict[str, float]
    unfamiliarity: float | None = None
    is_unknown: bool = False

    @classmethod
    def from_row(cls, row: np.ndarray, class_names: Sequence[str]) -> "Prediction":
        """Make a prediction from one row of probabilities, shape `(classes,)`."""
        best = int(row.argmax())
        return cls(
            label=class_names[best],
            probability=float(row[best]),
            probabilities={name: float(p) for name, p in zip(class_names, row, strict=True)},
        )

    def judged(self, unfamiliarity: float, threshold: float) -> "Prediction":
        """Return the prediction without a label if the input belongs to no class.

        Args:
            unfamiliarity: How unlike the training examples the input is.
            threshold: The score above which an input belongs to no class.
        """
        is_unknown = bool(unfamiliarity > threshold)
        label = None if is_unknown else self.label
        return replace(self, label=label, unfamiliarity=float(unfamiliarity), is_unknown=is_unknown)

    def to_row(self) -> dict[str, Any]:
        """Return the prediction as a row of `predict_frame`."""
        row: dict[str, Any] = {"label": self.label, "probability": self.probability}
        if self.unfamiliarity is not None:
            row |= {"is unknown": self.is_unknown, "unfamiliarity": self.unfamiliarity}
        return row | {f"probability of {name}": p for name, p in self.probabilities.items()}

    def to_json(self) -> dict[str, Any]:
        """Return the attributes as JSON values; without what was not asked for."""
        row = asdict(self)
        if self.unfamiliarity is None:
            del row["unfamiliarity"], row["is_unknown"]
        return row

    def _repr_html_(self) -> str:
        return probabilities_html(str(self), self.probabilities)

    def __str__(self) -> str:
        named = NONE_OF_THESE if self.label is None else printable(self.label)
        return f"{named} ({self.probability:.3f})"
