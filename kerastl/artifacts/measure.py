"""What the scores of a task mean, and how a file's scores are compared with the model's."""

import abc
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np


class Measure(abc.ABC):
    """Compare scores with true labels, and with the scores of another file of the same model.

    Attributes:
        name: What `figure` is called, such as `"accuracy"`; higher is better.
        agreement_means: What `agreement` is a share of, for the report.
        score_means: What one number of the scores is, for the file's metadata.
        counts_examples: Whether `figure` is a share of examples, of which one may always change.
    """

    name: ClassVar[str]
    agreement_means: ClassVar[str]
    score_means: ClassVar[str]
    counts_examples: ClassVar[bool] = False

    @abc.abstractmethod
    def check(self, shape: tuple[int | None, ...], class_names: Sequence[str]) -> None:
        """Refuse names that do not fit the shape of the model's output, with a `ValueError`."""

    @abc.abstractmethod
    def figure(self, scores: np.ndarray, labels: np.ndarray) -> float:
        """Return how good the scores of all examples are.

        Args:
            scores: Shape `(examples, ...)`, as the model gives them.
            labels: Shape `(examples, ...)`, as the recipe's targets are.
        """

    @abc.abstractmethod
    def agreement(self, scores: np.ndarray, reference: np.ndarray) -> float:
        """Return how far two files answer alike, from 0 to 1."""

    @abc.abstractmethod
    def counts(self, labels: np.ndarray, class_names: Sequence[str]) -> dict[str, int]:
        """Return how many examples there are of each kind, by name."""

    def reliability(self, scores: np.ndarray, labels: np.ndarray) -> list[tuple[float, float, int]]:
        """Tell how often the model is right when it is how sure.

        Returns:
            For each tenth of the scale of confidence that has examples: their mean confidence,
            the share of right answers, and their number. Defaults to none: not every task's
            scores are probabilities of answers.
        """
        return []

    def describe(self, class_names: Sequence[str]) -> dict[str, Any]:
        """Say in JSON what a receiver of plain scores needs besides. Defaults to nothing."""
        return {}

    def answer(self, scores: Any, class_names: Sequence[str]) -> dict[str, Any]:
        """Say in the graph of a SavedModel what scores mean.

        Args:
            scores: A tensor of shape `(N, ...)`.
            class_names: The names of the scores.

        Returns:
            Further outputs by name, each with the examples as its first axis. Defaults to none.
        """
        return {}
