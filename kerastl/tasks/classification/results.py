"""The results of a classifier for single examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.tasks.evaluating.example_results import ExampleResults

if TYPE_CHECKING:
    from kerastl.data.splits.split import Split


class ClassResults(ExampleResults):
    """The true and the predicted class of every example.

    Only the probabilities of these two classes are kept, so that 10,000 classes fit into memory.

    Args:
        probabilities: Shape `(examples, classes)`.
        labels: True classes, integers of shape `(examples,)`.
        class_names: One name a class.
        split: The split, or None. Defaults to None.

    Attributes:
        labels: True classes, int64 of shape `(examples,)`.
        guesses: Predicted classes, int64 of shape `(examples,)`.
        confidence: Probability of the predicted class, float64 of shape `(examples,)`.
        true_probability: Probability of the true class, float64 of shape `(examples,)`.
    """

    score_name = "probability"

    def __init__(
        self,
        probabilities: np.ndarray,
        labels: np.ndarray,
        class_names: Sequence[str],
        split: Split | None = None,
    ) -> None:
        super().__init__(split)
        rows = np.arange(len(labels))
        self.class_names = tuple(class_names)
        self.labels = np.asarray(labels, np.int64)
        self.guesses = probabilities.argmax(axis=1)
        self.confidence = probabilities[rows, self.guesses].astype("float64")
        self.true_probability = probabilities[rows, self.labels].astype("float64")
        self.losses = -np.log(np.clip(self.true_probability, 1e-7, 1.0))
        self.correct = self.guesses == self.labels

    def truth(self, index: int) -> str:
        """Return the true class."""
        return self.class_names[self.labels[index]]

    def predicted(self, index: int) -> str:
        """Return the most probable class."""
        return self.class_names[self.guesses[index]]

    def score(self, index: int) -> float:
        """Return the probability of the predicted class."""
        return float(self.confidence[index])

    def columns(self) -> dict[str, Sequence[Any] | np.ndarray]:
        """Return both classes and their probabilities as columns of a table."""
        return {
            "truth": [self.truth(index) for index in range(len(self))],
            "predicted": [self.predicted(index) for index in range(len(self))],
            "probability": self.confidence,
            "truth_probability": self.true_probability,
        }
