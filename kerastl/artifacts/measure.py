"""Base class of the tasks' measures: how an exported file is compared with its model."""

import abc
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np


class Measure(abc.ABC):
    """Compare scores with the true labels and with the scores of the model.

    Attributes:
        name: Name of the metric, such as `"accuracy"`. Higher is better.
        agreement_means: What `agreement` is a share of, for the report.
        score_means: Meaning of one number of the scores, for the file's metadata.
        counts_examples: Whether the metric is a share of examples. Then one example may always
            change, however small `max_drop` is.
        constant_outputs: The outputs of `answer` that are the same for every example.
    """

    name: ClassVar[str]
    agreement_means: ClassVar[str]
    score_means: ClassVar[str]
    counts_examples: ClassVar[bool] = False
    constant_outputs: ClassVar[tuple[str, ...]] = ()

    @abc.abstractmethod
    def check(self, shape: tuple[int | None, ...], class_names: Sequence[str]) -> None:
        """Check that the names fit the shape of the model's output.

        Args:
            shape: Shape of the scores; None for an open size.
            class_names: Names of the last axis of the scores.

        Raises:
            ValueError: If they do not fit.
        """

    @abc.abstractmethod
    def metric(self, scores: np.ndarray, labels: np.ndarray) -> float:
        """Compute the task's metric.

        Args:
            scores: The model's outputs, shape `(N, ...)`.
            labels: The recipe's targets, shape `(N, ...)`.
        """

    @abc.abstractmethod
    def agreement(self, scores: np.ndarray, reference: np.ndarray) -> float:
        """Compute the agreement of two files' scores, from 0 to 1."""

    @abc.abstractmethod
    def counts(self, labels: np.ndarray, class_names: Sequence[str]) -> dict[str, int]:
        """Count the examples of each class, by name."""

    def reliability(self, scores: np.ndarray, labels: np.ndarray) -> list[tuple[float, float, int]]:
        """Compute the points of a reliability diagram.

        Returns:
            For each tenth of the confidence scale that has examples: their mean confidence, the
            share of correct answers, and their number. Defaults to no points, since not every
            task's scores are probabilities.
        """
        return []

    def describe(self, class_names: Sequence[str]) -> dict[str, Any]:
        """Return further JSON values that a program needs to read the scores. Defaults to none."""
        return {}

    def answer(self, scores: Any, class_names: Sequence[str]) -> dict[str, Any]:
        """Compute further outputs of a SavedModel, such as the predicted label, in its graph.

        Args:
            scores: A tensor of shape `(N, ...)`.
            class_names: Names of the last axis of the scores.

        Returns:
            Tensors by name, each with `N` as its first size. Defaults to none.
        """
        return {}
