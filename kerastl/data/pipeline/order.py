"""The order in which an epoch takes its examples, as a `tf.data` pipeline."""

from typing import Any

import tensorflow as tf

from kerastl.data.pipeline.epoch_sampler import EpochSampler


def indices(count: int, shuffle: bool, seed: int | EpochSampler) -> Any:
    """Return the positions of examples.

    Shuffling positions, not examples, makes the whole order random and costs eight bytes each.

    Args:
        count: How many examples there are.
        shuffle: Whether every pass has an order of its own.
        seed: Seed of the orders.

    Returns:
        A `tf.data.Dataset` of int64 scalars. A pass over it is an epoch. Pipelines made of it
        are not tuned while they run: see `_untuned`.
    """
    if not shuffle:
        return _untuned(tf.data.Dataset.range(count))
    epochs = EpochSampler.of(seed)
    length = epochs.length(count)

    def shuffled(epoch: Any) -> Any:
        order = tf.numpy_function(
            lambda number: epochs.order(int(number), count), [epoch], tf.int64, stateful=False
        )
        return tf.data.Dataset.from_tensor_slices(tf.ensure_shape(order, [length]))

    ordered = _epoch_number(epochs).flat_map(shuffled)
    return _untuned(ordered.apply(tf.data.experimental.assert_cardinality(length)))


def with_epoch(batches: Any, seed: int | EpochSampler) -> Any:
    """Return batches with the numbers that tell one from every other.

    Args:
        batches: A `tf.data.Dataset`.
        seed: Says which epoch a pass is.

    Returns:
        A dataset of `(epoch, number in the epoch, batch)`, the numbers int64 scalars.
    """
    epochs = _epoch_number(EpochSampler.of(seed))
    endless = epochs.flat_map(lambda epoch: tf.data.Dataset.from_tensors(epoch).repeat())
    endless = endless.apply(tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY))
    return tf.data.Dataset.zip((endless, tf.data.Dataset.counter(), batches))


def _untuned(dataset: Any) -> Any:
    """Keep TensorFlow from tuning a pipeline while it runs.

    The thread that tunes sleeps twice as long each time, up to a minute, and the call that should
    wake it when a pass is over may come to nothing (TensorFlow 2.21): the pass then ends as late as
    that thread's sleep. Without it `tf.data.AUTOTUNE` runs as many calls as there are cores.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


def _epoch_number(seed: EpochSampler) -> Any:
    # Python counts: every new iterator begins the epoch that is to come at that time.
    begin = seed.counter()

    def number(_: Any) -> Any:
        return tf.ensure_shape(tf.numpy_function(begin, [], tf.int64), [])

    return tf.data.Dataset.from_tensors(0).map(number)
