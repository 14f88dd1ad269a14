"""`tf.data` pipelines of example positions and epoch numbers."""

from typing import Any

import numpy as np
import tensorflow as tf

from kerastl.data.pipeline.epoch_sampler import EpochSampler


def indices(
    count: int,
    shuffle: bool,
    seed: int | EpochSampler,
    batch_size: int = 1,
    lengths: np.ndarray | None = None,
) -> Any:
    """Return the positions of examples as a `tf.data.Dataset`.

    Shuffling positions instead of examples gives a completely random order for eight bytes an
    example.

    Args:
        count: Number of examples.
        shuffle: Whether every epoch has a new random order.
        seed: Seed of the orders, or an `EpochSampler`.
        batch_size: Size of the batches that are made of them, which only `lengths` needs. Defaults
            to 1.
        lengths: Number of tokens of each text. If given, the texts of a shuffled batch have similar
            lengths; see `EpochSampler.batch_order`. Defaults to None.

    Returns:
        A `tf.data.Dataset` of int64 scalars. One pass over it is an epoch. TensorFlow's tuning at
        run time is off, also for pipelines built on it.
    """
    if not shuffle:
        return _untuned(tf.data.Dataset.range(count))
    epochs = EpochSampler.of(seed)
    length = epochs.length(count)

    def drawn(epoch: np.int64) -> np.ndarray:
        if lengths is None:
            return epochs.order(int(epoch), count)
        return epochs.batch_order(int(epoch), lengths, batch_size)

    def shuffled(epoch: Any) -> Any:
        order = tf.numpy_function(drawn, [epoch], tf.int64, stateful=False)
        return tf.data.Dataset.from_tensor_slices(tf.ensure_shape(order, [length]))

    ordered = _epoch_number(epochs).flat_map(shuffled)
    return _untuned(ordered.apply(tf.data.experimental.assert_cardinality(length)))


def with_epoch(batches: Any, seed: int | EpochSampler) -> Any:
    """Add the epoch and the number in the epoch to every batch.

    Args:
        batches: A `tf.data.Dataset`.
        seed: An `EpochSampler`, which gives the number of each epoch, or a seed to count from 0.

    Returns:
        A `tf.data.Dataset` of `(epoch, number in the epoch, batch)`. The numbers are int64
        scalars.
    """
    epochs = _epoch_number(EpochSampler.of(seed))
    endless = epochs.flat_map(lambda epoch: tf.data.Dataset.from_tensors(epoch).repeat())
    endless = endless.apply(tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY))
    return tf.data.Dataset.zip((endless, tf.data.Dataset.counter(), batches))


def _untuned(dataset: Any) -> Any:
    """Turn off TensorFlow's tuning of a pipeline at run time.

    The tuning thread sleeps twice as long each time, up to a minute. The call that should wake it
    at the end of a pass may have no effect (TensorFlow 2.21), and the pass then ends only after the
    sleep. Without tuning, `tf.data.AUTOTUNE` runs as many calls in parallel as there are cores.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


def _epoch_number(seed: EpochSampler) -> Any:
    # A Python function counts, so that each new iterator gets the epoch that is next at that time.
    begin = seed.counter()

    def number(_: Any) -> Any:
        return tf.ensure_shape(tf.numpy_function(begin, [], tf.int64), [])

    return tf.data.Dataset.from_tensors(0).map(number)
