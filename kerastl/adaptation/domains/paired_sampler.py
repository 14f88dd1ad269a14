"""A sampler whose batches are half source and half target."""

from collections.abc import Sequence

import numpy as np

from kerastl.data.pipeline.balanced_order import balanced_order
from kerastl.data.pipeline.epoch_sampler import EpochSampler


class PairedSampler(EpochSampler):
    """Order examples so that half of each batch is source and half is target.

    Several sources share the source half. An epoch is as long as the source that needs the most
    batches. A smaller domain is repeated within an epoch. A larger target continues in the next
    epoch, so no example is left out.

    Args:
        seed: Random seed, at least 0.
        sources: Positions of each source's examples.
        target: Positions of the target's examples.
        batch_size: Examples in a batch, source and target together; an even number.

        labels: Class of every example by position, where each class of a source is drawn
            equally often. Defaults to None: every source example equally often.

    Raises:
        ValueError: If the batch size is odd, or less than two examples per source.

    Example:

    >>> sampler = PairedSampler(0, [np.arange(4)], np.arange(4, 10), batch_size=4)
    >>> sorted(sampler.order(0, 10)[:2].tolist() + sampler.order(0, 10)[4:6].tolist())
    [0, 1, 2, 3]
    """

    composes_batches = True

    def __init__(
        self,
        seed: int,
        sources: Sequence[np.ndarray],
        target: np.ndarray,
        batch_size: int,
        labels: np.ndarray | None = None,
    ) -> None:
        super().__init__(seed)
        if batch_size % 2 or batch_size < 2 * len(sources):
            raise ValueError(
                "A batch is half source and half target, with at least one example of each "
                f"source: `batch_size` must be even and at least {2 * len(sources)}. "
                f"Received: batch_size={batch_size}"
            )
        self._domains = [*sources, target]
        self._labels = labels
        share, rest = divmod(batch_size // 2, len(sources))
        self._shares = [share + (i < rest) for i in range(len(sources))] + [batch_size // 2]
        self._batches = max(
            -(-len(rows) // part) for rows, part in zip(sources, self._shares, strict=False)
        )

    def length(self, count: int) -> int:
        """Return the number of positions in an epoch."""
        return self._batches * sum(self._shares)

    def order(self, epoch: int, count: int) -> np.ndarray:
        """Return the positions of an epoch, batch by batch."""
        drawn = [
            self._draw(number, rows, epoch, self._batches * share).reshape(self._batches, share)
            for number, (rows, share) in enumerate(zip(self._domains, self._shares, strict=True))
        ]
        return np.concatenate(drawn, axis=1).ravel()

    def _draw(self, domain: int, rows: np.ndarray, epoch: int, count: int) -> np.ndarray:
        # Each domain is an endless sequence of shuffled copies; an epoch is a slice of it.
        start = epoch * count
        first, last = start // len(rows), (start + count - 1) // len(rows)
        passes = [
            self._pass(domain, rows, np.random.default_rng([self.seed, domain, number]))
            for number in range(first, last + 1)
        ]
        offset = start - first * len(rows)
        return np.concatenate(passes)[offset : offset + count]

    def _pass(self, domain: int, rows: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        if self._labels is None or domain == len(self._domains) - 1:
            return generator.permutation(rows)
        return rows[balanced_order(self._labels[rows], generator)]
