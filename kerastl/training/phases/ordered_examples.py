"""Examples in a fixed order, so that features of frozen stages can be cached."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class InOrder:
    """Examples that have the same order and content in every epoch.

    Attributes:
        name: Name within one fit, such as `"training"`. Examples that are read in another way have
            another name.
        labels: One for each example, in the order of the batches.
        batches: Function of the index of the first example; returns the batches from there on
            as a `tf.data.Dataset` of `(inputs, labels)`.
        batch_size: Examples in a batch; the last batch may have fewer.
        identity: Function that returns a text which depends on the content of all inputs. It
            raises `NotDescribableError` if the content cannot be hashed.
    """

    name: str
    labels: np.ndarray
    batches: Callable[[int], Any]
    batch_size: int
    identity: Callable[[], str]

    def __len__(self) -> int:
        return len(self.labels)
