"""Evaluation of a classifier on labelled examples."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from kerastl.basics.printable import printable
from kerastl.seeing.notebook.plot import Plot
from kerastl.tasks.classification.results import ClassResults
from kerastl.tasks.evaluating.confusion import Confusion, sorted_confusions
from kerastl.tasks.evaluating.evaluation import TaskEvaluation
from kerastl.tasks.evaluating.interval_column import interval_cell, interval_title
from kerastl.tasks.evaluating.intervals import (
    Interval,
    bootstrap_interval,
    harmonic_means,
    mean_interval,
    mean_of_known,
    resampled_sums,
    share_interval,
)

if TYPE_CHECKING:
    from kerastl.data.splits.split import Split

_BINS = 15


@dataclass(frozen=True)
class ClassMetrics:
    """Precision, recall, F1 and number of true examples of one class."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Evaluation(TaskEvaluation):
    """Metrics of a classifier on one labelled split.

    Attributes:
        examples: Number of examples.
        accuracy: Share of examples whose most probable class is the true one.
        accuracy_interval: 95 % Wilson score interval of the accuracy (Wilson 1927).
        macro_f1: Mean of the classes' F1, each class counting the same.
        expected_calibration_error: Mean gap between confidence and accuracy over 15
            equal-width bins of confidence, weighted by examples (Guo et al. 2017).
        loss: Mean cross-entropy in nats.
        per_class: Metrics by class name.
        confusion: Counts, shape `(classes, classes)`: rows true, columns predicted.
        class_names: Names of rows and columns.
        note: A remark on the examples, such as that the model was trained on them. Defaults to
            None.
        results: The true and the predicted class of every example; None if only the metrics are
            known. Defaults to None.

    Example:

    ```python
    evaluation = recipe.evaluate(data.test)
    print(evaluation)
    print(evaluation.worst(12))
    evaluation.confusions()[0]
    evaluation.to_frame().to_csv("predictions.csv")
    ```
    """

    examples: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    macro_f1: float
    expected_calibration_error: float
    loss: float
    per_class: dict[str, ClassMetrics]
    confusion: np.ndarray
    class_names: tuple[str, ...]
    note: str | None = None
    results: ClassResults | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_probabilities(
        cls,
        probabilities: np.ndarray,
        labels: np.ndarray,
        class_names: Sequence[str],
        split: Split | None = None,
    ) -> Evaluation:
        """Compute all metrics from predicted probabilities and true labels.

        Args:
            probabilities: Float array of shape `(examples, classes)`, rows summing to 1.
            labels: Integer array of shape `(examples,)`, values in `[0, classes)`.
            class_names: One name a class.
            split: The examples, for their names and inputs. Defaults to None: not known.

        Returns:
            The evaluation.

        Raises:
            ValueError: If there is no example, or shapes disagree.

        Example:

        >>> import numpy as np
        >>> p = np.array([[0.9, 0.1], [0.2, 0.8]])
        >>> Evaluation.from_probabilities(p, np.array([0, 1]), ["cat", "dog"]).accuracy
        1.0
        """
        from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

        probabilities = np.asarray(probabilities, "float64")
        labels = np.asarray(labels)
        if len(labels) == 0 or probabilities.shape != (len(labels), len(class_names)):
            raise ValueError(
                "An evaluation needs at least one example, and one probability a class for "
                f"each. Received: probabilities of shape {probabilities.shape}, "
                f"{len(labels)} labels, {len(class_names)} classes"
            )
        results = ClassResults(probabilities, labels, class_names, split)
        predicted, correct = results.guesses, results.correct
        classes = np.arange(len(class_names))
        precision, recall, f1, support = precision_recall_fscore_support(
            labels, predicted, labels=classes, zero_division=0.0
        )
        return cls(
            examples=len(labels),
            accuracy=float(correct.mean()),
            accuracy_interval=share_interval(int(correct.sum()), len(labels)),
            macro_f1=float(f1[support > 0].mean()),
            expected_calibration_error=float(
                np.abs(_confidence_gaps(results).sum(axis=0)).sum() / len(labels)
            ),
            loss=float(results.losses.mean()),
            per_class={
                name: ClassMetrics(
                    float(precision[i]), float(recall[i]), float(f1[i]), int(support[i])
                )
                for i, name in enumerate(class_names)
            },
            confusion=confusion_matrix(labels, predicted, labels=classes),
            class_names=tuple(class_names),
            results=results,
        )

    def confusions(self, count: int | None = None) -> list[Confusion]:
        """Return the pairs of classes that the model confuses, the most frequent first.

        Args:
            count: How many at most. Defaults to None: all.

        Returns:
            One `Confusion` for each pair of a true and a predicted class that occurs, with the
            positions of its examples.

        Raises:
            RuntimeError: If the evaluation was made from metrics alone.
        """
        self.examples_kept()
        return self._confusions[:count]

    @cached_property
    def _confusions(self) -> list[Confusion]:
        results = self.results
        assert results is not None
        pairs = [
            (results.truth(index), results.predicted(index), index)
            for index in np.flatnonzero(~results.correct).tolist()
        ]
        names = self.class_names
        true = np.bincount(results.labels, minlength=len(names)).tolist()
        given = np.bincount(results.guesses, minlength=len(names)).tolist()
        return sorted_confusions(
            pairs, dict(zip(names, true, strict=True)), dict(zip(names, given, strict=True))
        )

    @property
    def groups(self) -> Mapping[str, ClassMetrics]:
        """The metrics of each class."""
        return self.per_class

    def plot_confusion(self, path: str | os.PathLike[str] | None = None) -> Plot:
        """Draw the confusion matrix: rows true, columns predicted.

        Args:
            path: Image file that is also written. Defaults to None: none.

        Returns:
            The plot, which a notebook shows.

        Raises:
            ImportError: If matplotlib is not installed.
        """
        from kerastl.seeing.drawing.confusion import draw_confusion

        figure = draw_confusion(self.confusion, self.class_names)
        found = "; ".join(self._most_frequent_confusions()) or "none"
        told = f"confusion matrix of {self.examples} examples; most frequent confusions: {found}"
        return Plot(figure, told, path)

    def compute_intervals(self) -> dict[str, Interval]:
        """Return the intervals of accuracy, macro-F1, calibration error and loss."""
        results = self.examples_kept()
        assert isinstance(results, ClassResults)
        gaps = resampled_sums(_confidence_gaps(results))
        return {
            "accuracy": self.accuracy_interval,
            "macro_f1": bootstrap_interval(mean_of_known(self._resampled_f1), self.macro_f1),
            "expected_calibration_error": bootstrap_interval(
                np.abs(gaps).sum(axis=1) / len(results), self.expected_calibration_error
            ),
            "loss": mean_interval(results.losses),
        }

    def compute_group_intervals(self) -> dict[str, dict[str, Interval]]:
        """Return the intervals of precision, recall and F1 of each class."""
        hits = np.diag(self.confusion)
        true, given = self.confusion.sum(axis=1), self.confusion.sum(axis=0)
        return {
            name: {
                "precision": share_interval(hits[i], given[i]),
                "recall": share_interval(hits[i], true[i]),
                "f1": bootstrap_interval(self._resampled_f1[:, i], self.per_class[name].f1),
            }
            for i, name in enumerate(self.class_names)
        }

    @cached_property
    def _resampled_f1(self) -> np.ndarray:
        """F1 of each class in bootstrap samples, shape `(samples, classes)`."""
        from scipy.sparse import csr_array, hstack

        results = self.results
        assert results is not None
        rows, shape = np.arange(len(results)), (len(results), len(self.class_names))
        ones = np.ones(len(results))
        columns = hstack(
            [
                csr_array((results.correct * ones, (rows, results.labels)), shape),
                csr_array((ones, (rows, results.guesses)), shape),
                csr_array((ones, (rows, results.labels)), shape),
            ],
            format="csr",
        )
        hits, given, true = np.split(resampled_sums(columns), 3, axis=1)
        return harmonic_means(hits, given, true)

    def __str__(self) -> str:
        low, high = self.accuracy_interval
        rows = [(printable(name), each) for name, each in self.per_class.items()]
        width = max([5, *(len(name) for name, _ in rows)])
        lines = [
            f"accuracy {self.accuracy:.3f} (95 % interval {low:.3f} to {high:.3f}), "
            f"macro-F1 {self.macro_f1:.3f}, calibration error "
            f"{self.expected_calibration_error:.3f}, {self.examples} examples",
            f"{'class':<{width}}  precision  recall     f1"
            f"{interval_title(self.group_intervals)}  examples",
        ]
        lines += [
            f"{shown:<{width}}  {c.precision:9.3f}  {c.recall:6.3f}  {c.f1:5.3f}"
            f"{interval_cell(self.group_intervals, name)}  {c.support:8d}"
            for (shown, c), name in zip(rows, self.per_class, strict=True)
        ]
        confusions = self._most_frequent_confusions()
        if confusions:
            lines.append(printable("most frequent confusions: " + "; ".join(confusions)))
        if self.note is not None:
            lines.append(printable(f"note: {self.note}"))
        return "\n".join(lines)

    def _most_frequent_confusions(self, count: int = 3) -> list[str]:
        wrong = self.confusion.copy()
        np.fill_diagonal(wrong, 0)
        order = np.argsort(wrong, axis=None)[::-1][:count]
        pairs = [np.unravel_index(flat, wrong.shape) for flat in order]
        return [
            f"{self.class_names[true]} → {self.class_names[guess]} ({wrong[true, guess]})"
            for true, guess in pairs
            if wrong[true, guess] > 0
        ]


def _confidence_gaps(results: ClassResults) -> np.ndarray:
    """Return right minus confidence in the column of the confidence's bin, else 0."""
    gaps = np.zeros((len(results), _BINS))
    bin_of = np.minimum((results.confidence * _BINS).astype(int), _BINS - 1)
    gaps[np.arange(len(results)), bin_of] = results.correct - results.confidence
    return gaps
