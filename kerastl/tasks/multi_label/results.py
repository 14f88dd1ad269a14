"""The results of a multi-label classifier for single examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.tasks.evaluating.example_results import ExampleResults

if TYPE_CHECKING:
    from kerastl.data.splits.split import Split


class LabelResults(ExampleResults):
    """The true labels and the probabilities of every example.

    The loss of an example is the mean cross-entropy of its labels; it is right if all of its
    labels are. Its score is the lowest probability with which one of its decisions was made.

    Args:
        probabilities: Shape `(examples, labels)`.
        labels: 0 and 1, of the same shape.
        class_names: One name a label.
        thresholds: Smallest probability at which each label is predicted.
        split: The split, or None. Defaults to None.

    Attributes:
        probabilities: float32 of shape `(examples, labels)`.
        has: Whether each example has each label, bool of the same shape.
        given: Whether each label is predicted, bool of the same shape.
    """

    score_name = "certainty"

    def __init__(
        self,
        probabilities: np.ndarray,
        labels: np.ndarray,
        class_names: Sequence[str],
        thresholds: Sequence[float],
        split: Split | None = None,
    ) -> None:
        super().__init__(split)
        self.class_names = tuple(class_names)
        self.probabilities = probabilities.astype("float32")
        self.has = labels > 0
        self.given = probabilities >= np.asarray(thresholds, probabilities.dtype)
        of_truth = np.where(self.has, probabilities, 1.0 - probabilities).astype("float64")
        self.losses = -np.log(np.clip(of_truth, 1e-7, 1.0)).mean(axis=1)
        self.correct = (self.has == self.given).all(axis=1)

    def truth(self, index: int) -> tuple[str, ...]:
        """Return the true labels, in the order of the model's."""
        return tuple(self.class_names[i] for i in np.flatnonzero(self.has[index]))

    def predicted(self, index: int) -> tuple[str, ...]:
        """Return the predicted labels, in the order of the model's."""
        return tuple(self.class_names[i] for i in np.flatnonzero(self.given[index]))

    def score(self, index: int) -> float:
        """Return the lowest probability with which a decision about a label was made."""
        row = self.probabilities[index]
        return float(np.where(self.given[index], row, 1.0 - row).min())

    def columns(self) -> dict[str, Sequence[Any] | np.ndarray]:
        """Return labels and the probability of each label as columns of a table."""
        every = range(len(self))
        return {
            "truth": [self.truth(index) for index in every],
            "predicted": [self.predicted(index) for index in every],
            **{
                f"probability of {name}": self.probabilities[:, i]
                for i, name in enumerate(self.class_names)
            },
        }
