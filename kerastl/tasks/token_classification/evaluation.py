"""Evaluation of named entities on tagged texts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from kerastl.basics.printable import printable
from kerastl.seeing.notebook.plot import Plot
from kerastl.tasks.classification.evaluation import ClassMetrics
from kerastl.tasks.evaluating.confusion import Confusion
from kerastl.tasks.evaluating.evaluation import TaskEvaluation
from kerastl.tasks.evaluating.interval_column import interval_cell, interval_title
from kerastl.tasks.evaluating.intervals import (
    Interval,
    bootstrap_interval,
    harmonic_means,
    mean_of_known,
    ratios,
    resampled_sums,
    share_interval,
)
from kerastl.tasks.token_classification.results import EntityResults

if TYPE_CHECKING:
    from kerastl.data.splits.tagged_split import TaggedSplit


@dataclass(frozen=True)
class EntityEvaluation(TaskEvaluation):
    """Metrics of whole entities on one tagged split, as `seqeval` defines them.

    An entity counts as found where its first word, its last word and its type are right.

    Attributes:
        texts: Number of texts.
        precision: Share of the entities named by the model that are true ones.
        recall: Share of the true entities that the model has named.
        f1: Harmonic mean of the two, over all entities.
        f1_interval: 95 % interval of the F1, from 1,000 bootstrap samples of the texts.
        macro_f1: Mean of the types' F1, each type that occurs counting the same.
        accuracy: Share of words with the right tag; most tags are `O`.
        per_type: Metrics by type; `support` is the number of true entities.
        note: A remark on the texts, such as that the model was trained on them. Defaults to None.
        results: The true and the predicted entities of every text; None if only the metrics are
            known. Defaults to None.
    """

    texts: int
    precision: float
    recall: float
    f1: float
    f1_interval: tuple[float, float]
    macro_f1: float
    accuracy: float
    per_type: dict[str, ClassMetrics]
    note: str | None = None
    results: EntityResults | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_tags(
        cls,
        predicted: Sequence[Sequence[str]],
        true: Sequence[Sequence[str]],
        probabilities: Sequence[np.ndarray] | None = None,
        split: TaggedSplit | None = None,
    ) -> EntityEvaluation:
        """Compare tags in BIO.

        Args:
            predicted: For each text one tag a word.
            true: The same, as annotated.
            probabilities: For each text the probability of each predicted tag. Defaults to None:
                not known.
            split: The texts, for their names and offsets. Defaults to None: not known.

        Returns:
            The evaluation.

        Raises:
            ValueError: If there is no text, or a text has another number of tags.

        Example:

        >>> found = [["B-person", "I-person", "O"]]
        >>> EntityEvaluation.from_tags(found, [["B-person", "I-person", "B-place"]]).recall
        0.5
        """
        from seqeval.metrics import accuracy_score
        from seqeval.metrics.v1 import precision_recall_fscore_support
        from seqeval.scheme import IOB2

        counts = [(len(a), len(b)) for a, b in zip(predicted, true, strict=True)]
        wrong = [pair for pair in counts if pair[0] != pair[1]]
        if not counts or wrong:
            raise ValueError(
                "An evaluation needs at least one text, and a predicted tag for each true one. "
                f"Received: {len(counts)} texts, {len(wrong)} with other numbers of tags"
            )
        predicted, true = [list(tags) for tags in predicted], [list(tags) for tags in true]
        precision, recall, f1, _ = precision_recall_fscore_support(
            true, predicted, average="micro", zero_division=0, scheme=IOB2
        )
        named = {tag[2:] for tags in (*true, *predicted) for tag in tags if tag != "O"}
        rows = zip(
            *precision_recall_fscore_support(
                true, predicted, average=None, zero_division=0, scheme=IOB2
            ),
            strict=True,
        )
        per_type = {
            kind: ClassMetrics(float(p), float(r), float(f), int(support))
            for kind, (p, r, f, support) in zip(sorted(named), rows if named else (), strict=True)
        }
        results = EntityResults(predicted, true, probabilities, split)
        present = [metrics.f1 for metrics in per_type.values() if metrics.support]
        return cls(
            texts=len(true),
            precision=float(precision),
            recall=float(recall),
            f1=float(f1),
            f1_interval=bootstrap_interval(
                _f1(*np.moveaxis(_samples(results).sum(axis=2), 1, 0)), float(f1)
            ),
            macro_f1=float(np.mean(present)) if present else 0.0,
            accuracy=float(accuracy_score(true, predicted)),
            per_type=per_type,
            results=results,
        )

    def confusions(self, count: int | None = None) -> list[Confusion]:
        """Return the types that the model confuses, misses or invents, the most frequent first.

        Args:
            count: How many at most. Defaults to None: all.

        Returns:
            One `Confusion` for each pair. `predicted` is `"(nothing)"` for missed entities, `truth`
            for words that are no entity. A pair of equal types has wrong limits.

        Raises:
            RuntimeError: If the evaluation was made from metrics alone.
        """
        results = self.examples_kept()
        assert isinstance(results, EntityResults)
        return results.confusions()[:count]

    @property
    def groups(self) -> Mapping[str, ClassMetrics]:
        """The metrics of each type."""
        return self.per_type

    def plot_confusion(self, path: str | os.PathLike[str] | None = None) -> Plot:
        """Draw the confusion matrix of entity types; "(nothing)" is no entity.

        Args:
            path: Image file that is also written. Defaults to None: none.

        Returns:
            The plot, which a notebook shows.

        Raises:
            ImportError: If matplotlib is not installed.
            RuntimeError: If the evaluation was made from metrics alone.
        """
        results = self.examples_kept()
        assert isinstance(results, EntityResults)
        return results.plot_confusion("entities", results.types, path)

    def compute_intervals(self) -> dict[str, Interval]:
        """Return the intervals of precision, recall, F1, macro-F1 and the accuracy of words."""
        right, given, true = np.moveaxis(self._samples, 1, 0)
        micro = [each.sum(axis=1) for each in (right, given, true)]
        return {
            "precision": bootstrap_interval(ratios(micro[0], micro[1]), self.precision),
            "recall": bootstrap_interval(ratios(micro[0], micro[2]), self.recall),
            "f1": self.f1_interval,
            "accuracy": bootstrap_interval(self._resampled_accuracy(), self.accuracy),
            "macro_f1": bootstrap_interval(
                mean_of_known(harmonic_means(right, given, true)), self.macro_f1
            ),
        }

    def compute_group_intervals(self) -> dict[str, dict[str, Interval]]:
        """Return the intervals of precision, recall and F1 of each type."""
        results = self.results
        assert results is not None
        right, given, true = results.counts().sum(axis=0)
        drawn = harmonic_means(*np.moveaxis(self._samples, 1, 0))
        return {
            name: {
                "precision": share_interval(right[i], given[i]),
                "recall": share_interval(right[i], true[i]),
                "f1": bootstrap_interval(drawn[:, i], self.per_type[name].f1),
            }
            for i, name in enumerate(results.types)
        }

    def _resampled_accuracy(self) -> np.ndarray:
        assert self.results is not None
        right, words = resampled_sums(self.results.words.astype("float64")).T
        return ratios(right, words)

    @cached_property
    def _samples(self) -> np.ndarray:
        assert self.results is not None
        return _samples(self.results)

    def __str__(self) -> str:
        low, high = self.f1_interval
        rows = [(printable(name), each) for name, each in self.per_type.items()]
        width = max([4, *(len(name) for name, _ in rows)])
        lines = [
            f"entity F1 {self.f1:.3f} (95 % interval {low:.3f} to {high:.3f}), precision "
            f"{self.precision:.3f}, recall {self.recall:.3f}, macro-F1 {self.macro_f1:.3f}, "
            f"{self.texts} texts",
            f"{'type':<{width}}  precision  recall     f1"
            f"{interval_title(self.group_intervals)}  entities",
        ]
        lines += [
            f"{shown:<{width}}  {c.precision:9.3f}  {c.recall:6.3f}  {c.f1:5.3f}"
            f"{interval_cell(self.group_intervals, name)}  {c.support:8d}"
            for (shown, c), name in zip(rows, self.per_type, strict=True)
        ]
        if self.note is not None:
            lines.append(printable(f"note: {self.note}"))
        return "\n".join(lines)


def _samples(results: EntityResults) -> np.ndarray:
    """Return right, predicted and true entities in samples, shape `(samples, 3, types)`."""
    from scipy.sparse import csr_array

    counts = results.counts()
    columns = csr_array(counts.reshape(len(counts), -1).astype("float64"))
    sums = resampled_sums(columns)
    return sums.reshape(len(sums), *counts.shape[1:])


def _f1(right: np.ndarray, given: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Return F1, which is 0 where there is no entity."""
    return 2 * right / np.maximum(given + true, 1)
