"""A pair of a true and a predicted label that the model confuses."""

from dataclasses import dataclass

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
