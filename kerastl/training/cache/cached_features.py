"""Cached features of a split, and batches of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.data.pipeline.order import indices, with_epoch
from kerastl.data.texts.trimming import without_shared_padding
from kerastl.training.cache.stored_rows import StoredRows


@dataclass(frozen=True)
class CachedFeatures:
    """Features and labels of a split, in memory or in files.

    Attributes:
        features: Arrays by tensor name, with the examples as first axis. Those in files are read
            by a slice of rows or by row numbers.
        labels: Targets, shape `(examples, ...)`.
        found: Whether the features were in the cache before.
    """

    features: Mapping[str, np.ndarray | StoredRows]
    labels: np.ndarray
    found: bool = False

    @property
    def nbytes(self) -> int:
        """Size of all features in bytes."""
        return sum(array.nbytes for array in self.features.values())


def batches_of(
    views: Sequence[CachedFeatures],
    batch_size: int,
    *,
    shuffle: bool = False,
    seed: int | EpochSampler = 0,
    trims: bool = False,
) -> Any:
    """Return cached features as batches.

    Args:
        views: Features of views of the same examples. Epoch `e` returns view `e % len(views)`.
        batch_size: Examples in a batch.
        shuffle: Whether every epoch has its own order, the same as that of the examples
            themselves with this seed. Defaults to False.
        seed: Seed of the order. Defaults to 0.
        trims: Whether padding that all texts of a batch share is cut off, and texts of similar
            length share a shuffled batch. Defaults to False.

    Returns:
        A `tf.data.Dataset` of `(features by name, labels)`.
    """
    first, labels = views[0].features, views[0].labels
    # JAX would compile the training step for each length.
    trims = trims and "padding_mask" in first and keras.backend.backend() != "jax"
    kinds = [tf.as_dtype(array.dtype) for array in first.values()]

    def rows(epoch: np.int64, index: np.ndarray) -> list[np.ndarray]:
        return [array[index] for array in views[int(epoch) % len(views)].features.values()]

    def take(epoch: Any, number: Any, index: Any) -> Any:
        # As a constant tensor, TensorFlow would hold a second copy of all features.
        taken = tf.numpy_function(rows, [epoch, index], kinds, stateful=False)
        batch = {}
        for (name, array), values in zip(first.items(), taken, strict=True):
            batch[name] = tf.ensure_shape(values, [None, *array.shape[1:]])
        if trims:
            batch = without_shared_padding(batch)
        return batch, tf.gather(labels, index)

    lengths = first["padding_mask"][:].sum(axis=1) if trims and shuffle else None
    chosen = indices(len(labels), shuffle, seed, batch_size, lengths).batch(batch_size)
    return with_epoch(chosen, seed).map(take, tf.data.AUTOTUNE).prefetch(2)
