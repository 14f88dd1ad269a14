"""A sampler over a subset of the examples."""

import numpy as np

from kerastl.data.pipeline.balanced_order import balanced_order
from kerastl.data.pipeline.epoch_sampler import EpochSampler


class SubsetSampler(EpochSampler):
    """Order a subset of the examples at random, each once per epoch.

    Args:
        seed: Random seed, at least 0.
        rows: Positions of the examples.
        labels: Class of every example by position, where every epoch draws each class equally
            often. Defaults to None: every example once.

    Example:

    >>> sorted(SubsetSampler(0, np.array([2, 5])).order(epoch=0, count=9).tolist())
    [2, 5]
    """

    def __init__(self, seed: int, rows: np.ndarray, labels: np.ndarray | None = None) -> None:
        super().__init__(seed)
        self._rows = rows
        self._labels = None if labels is None else labels[rows]

    def length(self, count: int) -> int:
        """Return the number of examples in an epoch."""
        return len(self._rows)

    def order(self, epoch: int, count: int) -> np.ndarray:
        """Return the shuffled positions of an epoch."""
        generator = np.random.default_rng([self.seed, epoch])
        if self._labels is not None:
            return self._rows[balanced_order(self._labels, generator)]
        drawn: np.ndarray = generator.permutation(self._rows)
        return drawn
