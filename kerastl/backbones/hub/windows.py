"""Overlapping windows over a text that is longer than a model's input."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Window:
    """A run of words that fits into the model, and the words whose output it provides.

    Attributes:
        first: The first word of the run.
        stop: The word after its last.
        answers_from: The first word whose output is taken from this window.
        answers_until: The word after the last of these.
    """

    first: int
    stop: int
    answers_from: int
    answers_until: int


def windows(lengths: Sequence[int], room: int) -> list[Window]:
    """Divide words into windows that overlap by half.

    The output of a word in two windows comes from the one in which it is further from the edge,
    so that every word is read with its neighbours.

    Args:
        lengths: Number of tokens of each word. More than `room` counts as `room`.
        room: Number of tokens that fit into a window, at least 1.

    Returns:
        The windows in order; a single one if the text fits.

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
