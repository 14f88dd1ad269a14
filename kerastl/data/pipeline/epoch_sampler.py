"""The sampler that draws the order and the augmentation seeds of each epoch."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from kerastl.basics.arguments import check_count
from kerastl.data.pipeline.balanced_order import balanced_order
from kerastl.data.pipeline.similar_lengths import in_similar_lengths


class EpochSampler:
    """Draw the order and the augmentation seeds of each epoch.

    They depend only on the seed and the number of the epoch. Resumed training therefore continues
    with the same orders and augmentations as training without an interruption. Pass the sampler as
    `seed=` to the pipelines of one training run.

    Args:
        seed: A whole number of at least 0.
        epoch: The number of the first epoch. Defaults to 0.
        balance: Integer labels of the examples. If given, every epoch draws each class equally
            often; see `balanced_order`. Defaults to None: each example once.

    Attributes:
        seed: The seed.

    Raises:
        ValueError: If the seed is not a whole number of at least 0.

    Example:

    >>> sampler = EpochSampler(7)
    >>> batches = split.strings(shuffle=True, seed=sampler)  # doctest: +SKIP
    >>> sampler.start(5)  # the next pass over `batches` is epoch 5
    """

    composes_batches: ClassVar[bool] = False
    """Whether each batch of an order has a composition that must stay."""

    def __init__(self, seed: int, epoch: int = 0, balance: np.ndarray | None = None) -> None:
        check_count("seed", seed, at_least=0)
        self.seed = seed
        self._first = epoch
        self._balance = balance
        self._next: list[int] = []

    @classmethod
    def of(cls, seed: int | EpochSampler) -> EpochSampler:
        """Return a sampler: the same one, or a new one for a seed, starting at epoch 0."""
        return seed if isinstance(seed, EpochSampler) else cls(seed)

    def start(self, epoch: int) -> None:
        """Set the epoch of the next pass over every pipeline that uses this sampler."""
        self._first = epoch
        self._next[:] = [epoch] * len(self._next)

    def counter(self) -> Callable[[], np.int64]:
        """Register a pipeline; return a function that gives the epoch of each pass over it."""
        position = len(self._next)
        self._next.append(self._first)

        def begin() -> np.int64:
            epoch = self._next[position]
            self._next[position] += 1
            return np.int64(epoch)

        return begin

    def length(self, count: int) -> int:
        """Return the number of examples in an epoch, of `count` examples in all."""
        return count

    def order(self, epoch: int, count: int) -> np.ndarray:
        """Return the positions of an epoch's examples, in order.

        Args:
            epoch: The number of the epoch.
            count: The number of examples in all.

        Returns:
            int64 positions from 0 to `count - 1`, shape `(length(count),)`.
        """
        generator = np.random.default_rng([self.seed, epoch])
        if self._balance is not None:
            return balanced_order(self._balance, generator)
        return generator.permutation(count)

    def batch_order(self, epoch: int, lengths: np.ndarray, batch_size: int) -> np.ndarray:
        """Return the positions of an epoch's texts, with similar lengths in each batch.

        Args:
            epoch: The number of the epoch.
            lengths: Number of tokens of each text.
            batch_size: Texts in a batch.

        Returns:
            Those of `order`, rearranged by `in_similar_lengths` unless the sampler composes its
            batches.
        """
        drawn = self.order(epoch, len(lengths))
        if self.composes_batches:
            return drawn
        generator = np.random.default_rng([self.seed, epoch, 1])
        return in_similar_lengths(drawn, lengths, batch_size, generator)
