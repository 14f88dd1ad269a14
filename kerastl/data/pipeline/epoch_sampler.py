"""A seed from which training can go on at any epoch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kerastl.basics.arguments import check_count
from kerastl.data.pipeline.balanced_order import balanced_order


class EpochSampler:
    """Seed every epoch's order and augmentation by its number.

    What an epoch draws depends on the seed and on the epoch's number alone: training that was
    interrupted goes on with the order and the changes that it would have had.

    Args:
        seed: At least 0.
        epoch: The number of the first epoch. Defaults to 0.
        balance: Labels of the examples, where every epoch draws each class equally often; see
            `balanced_order`. Defaults to None: every example once.

    Attributes:
        seed: As given.

    Raises:
        ValueError: If the seed is negative.

    Example:

    >>> seed = EpochSampler(7)
    >>> batches = split.strings(shuffle=True, seed=seed)  # doctest: +SKIP
    >>> seed.start(5)  # the next pass over the batches is that of epoch 5
    """

    def __init__(self, seed: int, epoch: int = 0, balance: np.ndarray | None = None) -> None:
        check_count("seed", seed, at_least=0)
        self.seed = seed
        self._first = epoch
        self._balance = balance
        self._next: list[int] = []

    @classmethod
    def of(cls, seed: int | EpochSampler) -> EpochSampler:
        """Return the seed as it is, or one that begins with epoch 0."""
        return seed if isinstance(seed, EpochSampler) else cls(seed)

    def start(self, epoch: int) -> None:
        """Make the next pass over everything that has this seed be that of an epoch."""
        self._first = epoch
        self._next[:] = [epoch] * len(self._next)

    def counter(self) -> Callable[[], np.int64]:
        """Return what says the epoch's number each time that a pass begins."""
        position = len(self._next)
        self._next.append(self._first)

        def begin() -> np.int64:
            epoch = self._next[position]
            self._next[position] += 1
            return np.int64(epoch)

        return begin

    def length(self, count: int) -> int:
        """Return how many of `count` examples an epoch takes: each once."""
        return count

    def order(self, epoch: int, count: int) -> np.ndarray:
        """Return the positions that an epoch takes, `count` of `0..count-1`, in its order."""
        generator = np.random.default_rng([self.seed, epoch])
        if self._balance is not None:
            return balanced_order(self._balance, generator)
        return generator.permutation(count)
