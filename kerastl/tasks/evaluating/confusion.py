"""A pair of a true and a predicted label that the model confuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kerastl.basics.printable import printable

NOTHING = "(nothing)"
"""Stands for the missing partner of an object that was missed, or that is not there."""


@dataclass(frozen=True)
class Confusion:
    """How often one label was predicted in place of another.

    Attributes:
        truth: The true label, or `"(nothing)"` if the model named something that is not there.
        predicted: The predicted label, or `"(nothing)"` if the model missed it.
        count: How often.
        share: Count divided by all occurrences of `truth`, or of `predicted` if nothing is
            there.
        indices: Positions of the examples in the evaluated split, one for each time.
    """

    truth: str
    predicted: str
    count: int
    share: float
    indices: tuple[int, ...]

    def __str__(self) -> str:
        return printable(f"{self.truth} → {self.predicted} ({self.count})")


def sorted_confusions(
    pairs: list[tuple[str, str, int]], totals: dict[str, int], given: dict[str, int]
) -> list[Confusion]:
    """Count pairs of labels, the most frequent first.

    Args:
        pairs: The true label, the predicted label and the position of the example, for each
            mistake.
        totals: How often each label is true.
        given: How often each label is predicted.

    Returns:
        The confusions; equally frequent ones in alphabetical order.
    """
    found: dict[tuple[str, str], list[int]] = {}
    for truth, predicted, index in pairs:
        found.setdefault((truth, predicted), []).append(index)
    confusions = [
        Confusion(
            truth,
            predicted,
            len(indices),
            len(indices) / max(1, given[predicted] if truth == NOTHING else totals[truth]),
            tuple(indices),
        )
        for (truth, predicted), indices in found.items()
    ]
    return sorted(confusions, key=lambda each: (-each.count, each.truth, each.predicted))


def confusion_table(
    confusions: Sequence[Confusion], right: Mapping[str, int], names: Sequence[str]
) -> tuple[np.ndarray, list[str]]:
    """Return confusions as a matrix: rows true, columns predicted.

    Args:
        confusions: The mistakes. One between equal labels, whose place is wrong, counts as a missed
            and as an invented one.
        right: How often each label is right.
        names: The labels.

    Returns:
        The matrix and the names of its rows and columns; the last is `"(nothing)"`.
    """
    every = [*names, NOTHING]
    place = {name: number for number, name in enumerate(every)}
    counts = np.zeros((len(every), len(every)), int)
    for name, count in right.items():
        counts[place[name], place[name]] = count
    for each in confusions:
        pairs = [(each.truth, each.predicted)]
        if each.truth == each.predicted:
            pairs = [(each.truth, NOTHING), (NOTHING, each.predicted)]
        for truth, predicted in pairs:
            counts[place[truth], place[predicted]] += each.count
    return counts, every
