"""Groups of equal or similar examples from pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

import numpy as np


class Groups:
    """Disjoint sets of examples that grow by pairs (union by path halving).

    Args:
        count: Number of examples.

    Example:

    >>> groups = Groups(4)
    >>> groups.join(0, 2)
    >>> groups.several()
    [[0, 2]]
    """

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def join(self, one: int, other: int) -> None:
        """Put two examples, and all that are in their groups, into one group."""
        one, other = self.of(one), self.of(other)
        if one != other:
            self._parent[max(one, other)] = min(one, other)

    def of(self, index: int) -> int:
        """Return the first example of an example's group."""
        parent = self._parent
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    def numbers(self) -> np.ndarray:
        """Return the group of each example, as the number of its first example."""
        return np.array([self.of(index) for index in range(len(self._parent))], np.int64)

    def several(self) -> list[list[int]]:
        """Return the groups of two or more examples, each in ascending order."""
        members: dict[int, list[int]] = defaultdict(list)
        for index in range(len(self._parent)):
            members[self.of(index)].append(index)
        return [each for each in members.values() if len(each) > 1]


def joined_groups(one: np.ndarray, other: np.ndarray | None) -> np.ndarray:
    """Return groups in which two examples are together if they are in one of two groupings.

    Args:
        one: Number of each example's group, shape `(examples,)`.
        other: The same of another grouping, or None.
    """
    if other is None:
        return one
    groups = Groups(len(one))
    for numbers in (one, other):
        for bucket in buckets(numbers.tolist()):
            for index in bucket[1:]:
                groups.join(bucket[0], index)
    return groups.numbers()


def buckets(keys: Iterable[Hashable]) -> list[list[int]]:
    """Return the positions of equal keys, for keys that occur twice or more.

    None is no key.
    """
    found: dict[Hashable, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        if key is not None:
            found[key].append(index)
    return [each for each in found.values() if len(each) > 1]


def pairs_within(bucket: Sequence[int], most: int) -> Iterable[tuple[int, int]]:
    """Return the pairs of a bucket, or of a large one each example with the `most` before it."""
    for place, one in enumerate(bucket):
        for other in bucket[max(0, place - most) : place]:
            yield other, one
