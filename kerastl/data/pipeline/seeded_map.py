"""Random transformations of batches that are reproducible at any epoch."""

import zlib
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.data.pipeline.order import with_epoch


def seeded_map(
    batches: Any, change: Callable[..., Any], seed: int | EpochSampler, purpose: str
) -> Any:
    """Transform batches by a function that calls random Keras layers, reproducibly.

    The random state of a Keras layer depends on everything that it drew before. That includes
    epochs that resumed training does not repeat, and prefetched batches that were never used. Here
    the draws depend only on the seed, the epoch and the number of the batch. The layers' own seeds
    and states are neither read nor changed.

    Args:
        batches: A `tf.data.Dataset`.
        change: Called with the tensors of a batch; returns the new batch.
        seed: Seed of the draws, or an `EpochSampler`, which also gives the number of each epoch.
        purpose: A name that makes the draws of several transformations with one seed independent.

    Returns:
        A `tf.data.Dataset` of the values that `change` returns.

    Example:

    ```python
    flip = keras.layers.RandomFlip()
    seeded_map(batches, lambda pixels: flip(pixels, training=True), seed=0, purpose="flip")
    ```
    """
    sampler = EpochSampler.of(seed)
    stream = zlib.crc32(purpose.encode())

    def changed(epoch: Any, number: Any, batch: Any) -> Any:
        with _SeededDraws(sampler.seed, stream, epoch, number):
            return change(*batch) if isinstance(batch, tuple) else change(batch)

    if keras.backend.backend() != "tensorflow":
        # With other backends, layers create their tf.data state in the first graph that they see.
        # Variables that are created inside the scope of the draws would have no values.
        spec = batches.element_spec
        tf.function(change).get_concrete_function(*(spec if isinstance(spec, tuple) else [spec]))
    # Not in parallel, because a user's function may count its calls.
    return with_epoch(batches, sampler).map(changed)


class _SeededDraws(keras.StatelessScope):
    """Replace the state of every random generator by a hash of numbers and its position."""

    def __init__(self, *numbers: Any) -> None:
        super().__init__()
        self._seed = tf.zeros([2], tf.int64)
        for number in numbers:
            self._seed = _fold_in(self._seed, tf.cast(number, tf.int64))
        self._generators = 0

    def get_current_value(self, variable: Any) -> Any:
        value = super().get_current_value(variable)
        if value is None and variable.name == "seed_generator_state":
            value = tf.cast(_fold_in(self._seed, self._generators), variable.dtype)
            self._generators += 1
            self.add_update((variable, value))
        return value


def _fold_in(seed: Any, number: Any) -> Any:
    return tf.random.experimental.stateless_fold_in(seed, number)
