"""What a search finds."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Hit:
    """One neighbour of a query.

    Attributes:
        position: Its number among the indexed inputs, from 0.
        input: The text, or the path of the image; None where it has none.
        similarity: Cosine similarity to the query, -1 to 1.
    """

    position: int
    input: Any
    similarity: float

    def __str__(self) -> str:
        return f"{self.similarity:.3f}  {self.input if self.input is not None else self.position}"
