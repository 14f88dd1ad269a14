"""Evaluation of a multi-label classifier on labelled examples."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from kerastl.basics.printable import printable
from kerastl.seeing.notebook.plot import Plot
from kerastl.tasks.evaluating.confusion import NOTHING, Confusion, sorted_confusions
from kerastl.tasks.evaluating.evaluation import TaskEvaluation
from kerastl.tasks.evaluating.intervals import (
    Interval,
    bootstrap_interval,
    harmonic_means,
    mean_of_known,
    ratios,
    share_interval,
)
from kerastl.tasks.multi_label.resampled import ResampledLabels
from kerastl.tasks.multi_label.results import LabelResults

if TYPE_CHECKING:
    from kerastl.data.splits.split import Split

_MOST_LABELS = 40


@dataclass(frozen=True)
class LabelMetrics:
    """Metrics of one label.

    Attributes:
        average_precision: Area under precision over recall, whatever the threshold; NaN where no
            example has the label.
        precision: At the threshold.
        recall: At the threshold.
        f1: At the threshold.
        support: Number of examples that have the label.
        threshold: Smallest probability at which the label is predicted.
    """

    average_precision: float
    precision: float
    recall: float
    f1: float
    support: int
    threshold: float


@dataclass(frozen=True)
class MultiLabelEvaluation(TaskEvaluation):
    """Metrics of a multi-label classifier on one labelled split.

    Attributes:
        examples: Number of examples.
        mean_average_precision: Mean of the labels' average precision, of labels that some example
            has; NaN where none has any.
        micro_precision: Share of given labels that are true, over all labels and examples.
        micro_recall: Share of true labels that are given.
        micro_f1: Their harmonic mean.
        macro_f1: Mean F1 of the labels that some example has.
        exact: Share of examples whose labels are all right.
        per_label: Metrics by label.
        note: A remark on the examples, such as that the model was trained on them. Defaults to
            None.
        results: The true labels and the probabilities of every example; None if only the metrics
            are known. Defaults to None.
    """

    examples: int
    mean_average_precision: float
    micro_precision: float
    micro_recall: float
    micro_f1: float
    macro_f1: float
    exact: float
    per_label: dict[str, LabelMetrics]
    note: str | None = None
    results: LabelResults | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_probabilities(
        cls,
        probabilities: np.ndarray,
        labels: np.ndarray,
        class_names: Sequence[str],
        thresholds: Sequence[float],
        split: Split | None = None,
    ) -> MultiLabelEvaluation:
        """Compute all metrics from predicted probabilities and true labels.

        Args:
            probabilities: Shape `(examples, labels)`.
            labels: 0 and 1, of the same shape.
            class_names: One name a label.
            thresholds: One a label.
            split: The examples, for their names and inputs. Defaults to None: not known.

        Returns:
            The evaluation.

        Raises:
            ValueError: If there is no example, or shapes disagree.

        Example:

        >>> import numpy as np
        >>> p, truth = np.array([[0.9, 0.4], [0.2, 0.8]]), np.array([[1, 1], [0, 1]])
        >>> MultiLabelEvaluation.from_probabilities(p, truth, ["a", "b"], [0.5, 0.5]).micro_recall
        0.6666666666666666
        """
        from sklearn.metrics import average_precision_score, precision_recall_fscore_support

        expected = (len(labels), len(class_names))
        if not len(labels) or not probabilities.shape == labels.shape == expected:
            raise ValueError(
                "An evaluation needs at least one example, and one probability a label for each. "
                f"Received: probabilities of shape {probabilities.shape}, labels of shape "
                f"{labels.shape}, {len(class_names)} names"
            )
        results = LabelResults(probabilities, labels, class_names, thresholds, split)
        truth, given = results.has, results.given
        precision, recall, f1, support = precision_recall_fscore_support(
            truth, given, average=None, zero_division=0.0
        )
        micro = precision_recall_fscore_support(truth, given, average="micro", zero_division=0.0)
        areas = [
            float(average_precision_score(truth[:, i], probabilities[:, i]))
            if support[i]
            else float("nan")
            for i in range(len(class_names))
        ]
        present = support > 0
        return cls(
            examples=len(labels),
            mean_average_precision=float(np.mean(np.array(areas)[present]))
            if present.any()
            else float("nan"),
            micro_precision=float(micro[0]),
            micro_recall=float(micro[1]),
            micro_f1=float(micro[2]),
            macro_f1=float(f1[present].mean()) if present.any() else float("nan"),
            exact=float(results.correct.mean()),
            per_label={
                name: LabelMetrics(
                    areas[i],
                    float(precision[i]),
                    float(recall[i]),
                    float(f1[i]),
                    int(support[i]),
                    float(thresholds[i]),
                )
                for i, name in enumerate(class_names)
            },
            results=results,
        )

    def confusions(self, count: int | None = None) -> list[Confusion]:
        """Return the labels that are missed or wrongly given, the most frequent mistake first.

        Args:
            count: How many at most. Defaults to None: all.

        Returns:
            One `Confusion` for each label that is missed (`predicted` is `"(nothing)"`) or wrongly
            given (`truth` is `"(nothing)"`), with the positions of its examples.

        Raises:
            RuntimeError: If the evaluation was made from metrics alone.
        """
        self.examples_kept()
        results = self.results
        assert results is not None
        names = results.class_names
        missed = np.argwhere(results.has & ~results.given)
        extra = np.argwhere(~results.has & results.given)
        pairs = [(names[label], NOTHING, int(row)) for row, label in missed]
        pairs += [(NOTHING, names[label], int(row)) for row, label in extra]
        true, given = results.has.sum(axis=0).tolist(), results.given.sum(axis=0).tolist()
        found = sorted_confusions(
            pairs, dict(zip(names, true, strict=True)), dict(zip(names, given, strict=True))
        )
        return found[:count]

    @property
    def groups(self) -> Mapping[str, LabelMetrics]:
        """The metrics of each label."""
        return self.per_label

    def plot_confusion(self, path: str | os.PathLike[str] | None = None) -> Plot:
        """Draw how often each label is missed and wrongly given.

        Args:
            path: Image file that is also written. Defaults to None: none.

        Returns:
            The plot, which a notebook shows.

        Raises:
            ImportError: If matplotlib is not installed.
            RuntimeError: If the evaluation was made from metrics alone.
        """
        from kerastl.seeing.drawing.counts import draw_counts

        self.examples_kept()
        results = self.results
        assert results is not None
        missed = (results.has & ~results.given).sum(axis=0)
        extra = (~results.has & results.given).sum(axis=0)
        order = np.argsort(-(missed + extra), kind="stable")[:_MOST_LABELS]
        counts = {"missed": missed[order].tolist(), "wrongly given": extra[order].tolist()}
        figure = draw_counts(counts, [results.class_names[i] for i in order])
        found = "; ".join(map(str, self.confusions(3))) or "none"
        return Plot(figure, f"wrong labels; most frequent mistakes: {found}", path)

    def compute_intervals(self) -> dict[str, Interval]:
        """Return the intervals of the means over labels and of exact matches."""
        drawn, results = self._resampled, self.results
        assert results is not None
        right, given, true = (each.sum(axis=1) for each in (drawn.right, drawn.given, drawn.true))
        return {
            "mean_average_precision": bootstrap_interval(
                mean_of_known(drawn.average_precision), self.mean_average_precision
            ),
            "micro_precision": bootstrap_interval(ratios(right, given), self.micro_precision),
            "micro_recall": bootstrap_interval(ratios(right, true), self.micro_recall),
            "micro_f1": bootstrap_interval(harmonic_means(right, given, true), self.micro_f1),
            "macro_f1": bootstrap_interval(mean_of_known(drawn.f1), self.macro_f1),
            "exact": share_interval(int(results.correct.sum()), self.examples),
        }

    def compute_group_intervals(self) -> dict[str, dict[str, Interval]]:
        """Return the intervals of average precision, precision, recall and F1 of each label."""
        drawn, results = self._resampled, self.results
        assert results is not None
        right = (results.has & results.given).sum(axis=0)
        given, true = results.given.sum(axis=0), results.has.sum(axis=0)
        return {
            name: {
                "average_precision": bootstrap_interval(
                    drawn.average_precision[:, i], each.average_precision
                ),
                "precision": share_interval(right[i], given[i]),
                "recall": share_interval(right[i], true[i]),
                "f1": bootstrap_interval(drawn.f1[:, i], each.f1),
            }
            for i, (name, each) in enumerate(self.per_label.items())
        }

    @cached_property
    def _resampled(self) -> ResampledLabels:
        assert self.results is not None
        return ResampledLabels.of(self.results)

    def __str__(self) -> str:
        rows = [(printable(name), each) for name, each in self.per_label.items()]
        width = max([5, *(len(name) for name, _ in rows)])
        lines = [
            f"mean average precision {self.mean_average_precision:.3f}, micro-F1 "
            f"{self.micro_f1:.3f} (precision {self.micro_precision:.3f}, recall "
            f"{self.micro_recall:.3f}), macro-F1 {self.macro_f1:.3f}, all labels right "
            f"{self.exact:.3f}, {self.examples} examples",
            f"{'label':<{width}}  average precision  precision  recall     f1  examples  threshold",
        ]
        lines += [
            f"{name:<{width}}  {c.average_precision:17.3f}  {c.precision:9.3f}  {c.recall:6.3f}  "
            f"{c.f1:5.3f}  {c.support:8d}  {c.threshold:9.3f}"
            for name, c in rows
        ]
        if self.note is not None:
            lines.append(printable(f"note: {self.note}"))
        return "\n".join(lines)
