"""An unlabelled example that is worth a label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kerastl.basics.printable import printable


@dataclass(frozen=True)
class LabelSuggestion:
    """An unlabelled example that is worth a label.

    Attributes:
        index: Its position in the pool.
        name: The path of an image in a file, or the text; else kind and position.
        guess: The class that the model takes it for.
        probability: The probability of that class.
        score: How close the two most probable classes are, from 0 for a certain answer to 1 for two
            equally probable classes.
    """

    index: int
    name: str
    guess: str
    probability: float
    score: float

    def to_row(self) -> dict[str, Any]:
        """Return the suggestion as a row of a table."""
        return {
            "index": self.index,
            "name": self.name,
            "guess": self.guess,
            "probability": self.probability,
            "score": self.score,
        }

    def __str__(self) -> str:
        return printable(f"{self.name}: {self.guess}? ({self.probability:.3f})")
