"""A sampler over a subset of the examples."""

import numpy as np

from kerastl.data.pipeline.epoch_sampler import EpochSampler


class SubsetSampler(EpochSampler):
    """Order a subset of the examples at random, each once per epoch.

    Args:
        seed: Random seed, at least 0.
        rows: Positions of the examples.

    Example:

    >>> sorted(SubsetSampler(0, np.array([2, 5])).order(epoch=0, count=9).tolist())
    [2, 5]
    """

    def __init__(self, seed: int, rows: np.ndarray) -> None:
        super().__init__(seed)
        self._rows = rows

    def length(self, count: int) -> int:
        """Return the number of examples in an epoch."""
        return len(self._rows)

    def order(self, epoch: int, count: int) -> np.ndarray:
        """Return the shuffled positions of an epoch."""
        drawn: np.ndarray = np.random.default_rng([self.seed, epoch]).permutation(self._rows)
        return drawn
