"""One search result."""

from dataclasses import dataclass
from typing import Any

from kerastl.basics.printable import printable


@dataclass(frozen=True)
class Hit:
    """A neighbour of a query.

    Attributes:
        position: Index among the indexed inputs, from 0.
        input: The text, or the path of the image; None if unknown.
        similarity: Cosine similarity to the query, -1 to 1.
    """

    position: int
    input: Any
    similarity: float

    def __str__(self) -> str:
        found = self.position if self.input is None else self.input
        return f"{self.similarity:.3f}  {printable(str(found))}"
