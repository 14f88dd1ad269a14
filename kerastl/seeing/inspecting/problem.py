"""One thing in a data set that a person should look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["label", "conflict", "leakage", "duplicate", "outlier", "odd", "unreadable"]

MEANINGS: dict[Kind, str] = {
    "label": "labels that look wrong",
    "conflict": "equal examples with different labels",
    "leakage": "examples that two splits have",
    "duplicate": "examples that a split has twice",
    "outlier": "examples unlike all others",
    "odd": "odd examples",
    "unreadable": "unreadable examples",
}
"""Every kind of problem, in the order of a page, with its meaning in the plural."""
_OF_ONE: dict[Kind, str] = {
    "label": "label that looks wrong",
    "conflict": "equal example with a different label",
    "leakage": "example that two splits have",
    "duplicate": "example that a split has twice",
    "outlier": "example unlike all others",
    "odd": "odd example",
    "unreadable": "unreadable example",
}


def meaning(kind: Kind, count: int) -> str:
    """Return the meaning of a kind of problem, in the singular or the plural."""
    return _OF_ONE[kind] if count == 1 else MEANINGS[kind]


@dataclass(frozen=True)
class Problem:
    """A problem of one example.

    Attributes:
        kind: One of `MEANINGS`.
        example: The name of the example: its path, its text, or a hash of its pixels.
        split: The name of its split.
        given: Its label, or an empty string.
        suggested: The label that it seems to have, or an empty string.
        detail: What is wrong, as a sentence without a full stop.
        score: How certain it is, from 0 to 1; problems of a kind are sorted by it.
        index: Position among all examples, or None if the example was left out.
        partner: Position of the example that this one is compared with, or None.
        probable: Whether the problem is counted and written to the table of corrections. Other
            ones are candidates only.
    """

    kind: Kind
    example: str
    split: str
    given: str = ""
    suggested: str = ""
    detail: str = ""
    score: float = 1.0
    index: int | None = None
    partner: int | None = None
    probable: bool = True
