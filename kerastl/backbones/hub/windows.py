"""Overlapping parts of a text that is longer than a model reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Window:
    """A run of words that fits, and those of them that it answers for.

    Attributes:
        first: The first word of the run.
        stop: The word after its last.
        answers_from: The first word that no other window knows better.
        answers_until: The word after the last of these.
    """

    first: int
    stop: int
    answers_from: int
    answers_until: int


def windows(lengths: Sequence[int], room: int) -> list[Window]:
    """Divide words into runs that fit, each half a run further than the one before.

    A word in two runs is answered for by the one in which it is further from the edge, so that
    every word has its neighbours around it and none is lost.

    Args:
        lengths: Tokens of each word. One that has more than `room` counts as `room`.
        room: Tokens that fit, at least 1.

    Returns:
        The windows, in order; one for a text that fits.

    Example:

    >>> [(w.first, w.stop) for w in windows([1, 1, 1, 1, 1, 1], room=4)]
    [(0, 4), (2, 6)]
    """
    runs: list[tuple[int, int]] = []
    first = 0
    while True:
        stop, filled = first, 0
        while stop < len(lengths) and filled + min(lengths[stop], room) <= room:
            filled += min(lengths[stop], room)
            stop += 1
        runs.append((first, stop))
        if stop >= len(lengths):
            break
        passed = 0
        following = first
        while following < stop and passed + min(lengths[following], room) <= filled // 2:
            passed += min(lengths[following], room)
            following += 1
        first = max(following, first + 1)
    borders = [0, *((b[0] + a[1]) // 2 for a, b in pairwise(runs)), len(lengths)]
    return [Window(*run, *answers) for run, answers in zip(runs, pairwise(borders), strict=True)]
