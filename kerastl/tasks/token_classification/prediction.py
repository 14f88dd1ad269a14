"""A named entity in a string."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.data.texts.bio import entities
from kerastl.tasks.token_classification.tag_decoding import decode_tags


@dataclass(frozen=True)
class Entity:
    """Say where in a string an entity is, and what it is.

    Attributes:
        start: Its first character, counted as Python does.
        end: The character after its last: the entity is `string[start:end]`.
        label: Its type.
        score: Mean probability of the tags of its words, from 0 to 1.
        text: The entity as it is written.
    """

    start: int
    end: int
    label: str
    score: float
    text: str

    def to_row(self) -> dict[str, Any]:
        """Return the entity as a row of `predict_frame`."""
        return {
            "entity": self.text,
            "label": self.label,
            "score": self.score,
            "start": self.start,
            "end": self.end,
        }

    def __str__(self) -> str:
        return f"{self.text!r} {printable(self.label)} ({self.score:.3f})"


def entities_in(
    text: str, places: np.ndarray, log_scores: np.ndarray, tags: Sequence[str]
) -> list[Entity]:
    """Decode the tags of a text's words to entities.

    Args:
        text: The text.
        places: Offsets of each word's first character and of the one after its last, shape
            `(words, 2)`.
        log_scores: Logarithms of the probability of each tag, shape `(words, tags)`.
        tags: The tags in BIO, in the order of the scores.

    Returns:
        The entities in order.
    """
    decided = decode_tags(log_scores, tags)
    probability = np.exp(log_scores[np.arange(len(decided)), decided])
    found = []
    for label, first, stop in entities([tags[tag] for tag in decided]):
        start, end = int(places[first, 0]), int(places[stop - 1, 1])
        score = float(probability[first:stop].mean())
        found.append(Entity(start, end, label, score, text[start:end]))
    return found
