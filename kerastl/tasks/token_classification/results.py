"""The results of token classification for single texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.data.texts.bio import entities
from kerastl.tasks.evaluating.confusion import NOTHING
from kerastl.tasks.evaluating.part_results import PartResults
from kerastl.tasks.token_classification.prediction import Entity

if TYPE_CHECKING:
    from kerastl.data.splits.tagged_split import TaggedSplit

Span = tuple[str, int, int]
"""Type, first word and the word after the last one of an entity."""


class EntityResults(PartResults):
    """The true and the predicted entities of every text.

    The loss of a text is the sum of the scores of its wrong entities, of 1 for each entity that is
    missed, and of 1 minus the score of each right one. A text is right if all its entities are.

    Args:
        predicted: For each text one BIO tag a word.
        true: The same, as annotated.
        probabilities: Probability of each predicted tag. Defaults to None: not known, taken as 1.
        split: The texts, or None. Defaults to None.

    Attributes:
        found: Predicted entities of each text, as `(type, first word, word after the last)`.
        given: True entities of each text.
        types: All types, in alphabetical order.
        words: Words with the right tag, and all words, of each text, shape `(texts, 2)`.
    """

    split: TaggedSplit | None
    score_name = "score"

    def __init__(
        self,
        predicted: Sequence[Sequence[str]],
        true: Sequence[Sequence[str]],
        probabilities: Sequence[np.ndarray] | None = None,
        split: TaggedSplit | None = None,
    ) -> None:
        super().__init__(split)
        self.found: list[list[Span]] = [list(entities(tags)) for tags in predicted]
        self.given: list[list[Span]] = [list(entities(tags)) for tags in true]
        self.scores = [
            [
                1.0 if probabilities is None else float(probabilities[index][first:stop].mean())
                for _, first, stop in spans
            ]
            for index, spans in enumerate(self.found)
        ]
        self.types = tuple(
            sorted({kind for spans in (*self.found, *self.given) for kind, *_ in spans})
        )
        self.correct = np.array(
            [set(a) == set(b) for a, b in zip(self.found, self.given, strict=True)], bool
        )
        self.words = np.array(
            [
                (sum(a == b for a, b in zip(one, other, strict=True)), len(other))
                for one, other in zip(predicted, true, strict=True)
            ]
        )
        self.losses = np.array([self._loss(index) for index in range(len(self.found))])

    def _loss(self, index: int) -> float:
        found, given = self.found[index], set(self.given[index])
        wrong = sum(
            1.0 - score if span in given else score
            for span, score in zip(found, self.scores[index], strict=True)
        )
        return wrong + len(given.difference(found))

    def counts(self) -> np.ndarray:
        """Return right, predicted and true entities by text and type.

        Returns:
            Integers of shape `(texts, 3, types)`.
        """
        place = {kind: number for number, kind in enumerate(self.types)}
        counted = np.zeros((len(self), 3, len(self.types)), np.int32)
        for row, found, given in zip(counted, self.found, self.given, strict=True):
            for target, spans in zip(row, (set(found) & set(given), found, given), strict=True):
                for kind, *_ in spans:
                    target[place[kind]] += 1
        return counted

    def right(self) -> dict[str, int]:
        """Return the number of right entities of each type."""
        return dict(zip(self.types, self.counts()[:, 0].sum(axis=0).tolist(), strict=True))

    def mistakes(self, index: int) -> list[tuple[str, str]]:
        """Return the true and the predicted type of each wrong entity of one text.

        A wrong entity is the partner of a missed one that shares a word with it. Without a partner,
        the other type is `"(nothing)"`.
        """
        found = [span for span in self.found[index] if span not in self.given[index]]
        pairs = []
        for kind, first, stop in self.given[index]:
            if (kind, first, stop) in self.found[index]:
                continue
            partner = next((span for span in found if span[1] < stop and first < span[2]), None)
            if partner is not None:
                found.remove(partner)
            pairs.append((kind, NOTHING if partner is None else partner[0]))
        return pairs + [(NOTHING, kind) for kind, *_ in found]

    def totals(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return the number of true and of predicted entities of each type."""
        true = Counter(kind for spans in self.given for kind, *_ in spans)
        return dict(true), dict(Counter(kind for spans in self.found for kind, *_ in spans))

    def truth(self, index: int) -> list[Entity]:
        """Return the true entities, each with a score of 1."""
        return self._entities(index, self.given[index], [1.0] * len(self.given[index]))

    def predicted(self, index: int) -> list[Entity]:
        """Return the predicted entities."""
        return self._entities(index, self.found[index], self.scores[index])

    def score(self, index: int) -> float:
        """Return the lowest score of a predicted entity; NaN if there is none."""
        return min(self.scores[index], default=float("nan"))

    def columns(self) -> dict[str, Sequence[Any] | np.ndarray]:
        """Return the entities of each text, in a list, as columns of a table."""
        every = range(len(self))
        return {
            "truth": [self.truth(index) for index in every],
            "predicted": [self.predicted(index) for index in every],
        }

    def _entities(self, index: int, spans: Sequence[Span], scores: Sequence[float]) -> list[Entity]:
        """Return entities with offsets of characters, or of words where the text is not known."""
        made = []
        for (kind, first, stop), score in zip(spans, scores, strict=True):
            start, end, text = first, stop, ""
            if self.split is not None:
                places = self.split.words[index]
                start, end = int(places[first, 0]), int(places[stop - 1, 1])
                text = self.split.inputs[index][start:end]
            made.append(Entity(start, end, kind, score, text))
        return made
