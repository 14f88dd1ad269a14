"""Evaluation of named entities on tagged texts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.tasks.classification.evaluation import ClassMetrics

_RESAMPLES = 1_000


@dataclass(frozen=True)
class EntityEvaluation:
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
    """

    texts: int
    precision: float
    recall: float
    f1: float
    f1_interval: tuple[float, float]
    macro_f1: float
    accuracy: float
    per_type: dict[str, ClassMetrics]

    @classmethod
    def from_tags(
        cls, predicted: Sequence[Sequence[str]], true: Sequence[Sequence[str]]
    ) -> "EntityEvaluation":
        """Compare tags in BIO.

        Args:
            predicted: For each text one tag a word.
            true: The same, as annotated.

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
        present = [metrics.f1 for metrics in per_type.values() if metrics.support]
        return cls(
            texts=len(true),
            precision=float(precision),
            recall=float(recall),
            f1=float(f1),
            f1_interval=_interval(predicted, true),
            macro_f1=float(np.mean(present)) if present else 0.0,
            accuracy=float(accuracy_score(true, predicted)),
            per_type=per_type,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics as plain values that JSON can hold."""
        return {**asdict(self), "f1_interval": list(self.f1_interval)}

    def __str__(self) -> str:
        low, high = self.f1_interval
        rows = [(printable(name), each) for name, each in self.per_type.items()]
        width = max([4, *(len(name) for name, _ in rows)])
        lines = [
            f"entity F1 {self.f1:.3f} (95 % interval {low:.3f} to {high:.3f}), precision "
            f"{self.precision:.3f}, recall {self.recall:.3f}, macro-F1 {self.macro_f1:.3f}, "
            f"{self.texts} texts",
            f"{'type':<{width}}  precision  recall     f1  entities",
        ]
        lines += [
            f"{name:<{width}}  {c.precision:9.3f}  {c.recall:6.3f}  {c.f1:5.3f}  {c.support:8d}"
            for name, c in rows
        ]
        return "\n".join(lines)


def _interval(
    predicted: Sequence[Sequence[str]], true: Sequence[Sequence[str]]
) -> tuple[float, float]:
    from seqeval.metrics.sequence_labeling import get_entities

    counts = np.array(
        [
            (len(found & given), len(found) + len(given))
            for found, given in (
                (set(get_entities(a)), set(get_entities(b)))
                for a, b in zip(map(list, predicted), map(list, true), strict=True)
            )
        ]
    )
    draws = np.random.default_rng(0).integers(len(counts), size=(_RESAMPLES, len(counts)))
    right, entities = counts[:, 0][draws].sum(axis=1), counts[:, 1][draws].sum(axis=1)
    low, high = np.percentile(2 * right / np.maximum(1, entities), [2.5, 97.5])
    return float(low), float(high)
