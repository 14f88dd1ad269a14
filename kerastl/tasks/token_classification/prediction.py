"""A named entity in a string."""

from dataclasses import dataclass
from typing import Any

from kerastl.basics.printable import printable


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
