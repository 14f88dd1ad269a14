"""The sampler whose batches hold several examples of each of their classes."""

import numpy as np

from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.training.contrastive.class_batches import class_batches


class ClassBatchSampler(EpochSampler):
    """Draw epochs of class batches; see `class_batches`.

    Args:
        seed: Seed of all batches, at least 0.
        labels: Integers of shape `(examples,)`.
        batch_size: Examples in a batch, at least 4. Batches are smaller where there are fewer.
        steps: Batches in an epoch.
        epochs: Number of epochs.

    Attributes:
        batch_size: The number of examples that every batch has.

    Example:

    >>> sampler = ClassBatchSampler(0, np.array([0, 0, 1, 1]), 4, steps=1, epochs=2)
    >>> sorted(sampler.order(0, 4).tolist())
    [0, 1, 2, 3]
    """

    composes_batches = True

    def __init__(
        self, seed: int, labels: np.ndarray, batch_size: int, steps: int, epochs: int
    ) -> None:
        super().__init__(seed)
        rows = list(class_batches(labels, batch_size, steps * epochs, seed))
        self.batch_size = len(rows[0])
        self._epochs = [
            np.concatenate(rows[steps * number : steps * (number + 1)]) for number in range(epochs)
        ]

    def length(self, count: int) -> int:
        """Return how many positions an epoch has."""
        return len(self._epochs[0])

    def order(self, epoch: int, count: int) -> np.ndarray:
        """Return the positions that an epoch takes, batch by batch."""
        return self._epochs[epoch % len(self._epochs)]
