"""A split's examples in a fixed order, as the frozen part of a model reads them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class InOrder:
    """Examples that are the same in every pass.

    Attributes:
        name: Tells them from others of the same fit, such as `"training"`.
        labels: One an example, in the order of the batches.
        batches: From the number of the first example that is wanted to a `tf.data.Dataset` of
            `(inputs, labels)`.
        batch_size: Examples of every batch but the last, which may have fewer.
        identity: Names all that the inputs depend on, by content. Raises `NotDescribableError`
            where that is not possible.
    """

    name: str
    labels: np.ndarray
    batches: Callable[[int], Any]
    batch_size: int
    identity: Callable[[], str]

    def __len__(self) -> int:
        return len(self.labels)
