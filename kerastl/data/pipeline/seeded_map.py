"""Random changes to batches that depend on a seed, the epoch and the batch alone."""

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
    """Change batches by a function that calls random Keras layers.

    Random layers count their draws, so that what one draws depends on all that was drawn
    before: on epochs that an interrupted run does not repeat, on prefetched batches that nobody
    took. Here what they draw depends on the seed, the epoch and the number of the batch; their
    own seeds and counts play no part, and are left as they are.

    Args:
        batches: A `tf.data.Dataset`.
        change: Takes what `batches` gives and returns what it becomes.
        seed: Seed of the changes; an `EpochSampler` also says which epoch a pass is.
        purpose: Keeps the draws of several changes under one seed apart.

    Returns:
        A dataset of what `change` returns.

    Example:

    ```python
    flip = keras.layers.RandomFlip()
    seeded_map(batches, lambda pixels: flip(pixels, training=True), seed=0, purpose="flip")
    ```
    """
    seed = EpochSampler.of(seed)
    stream = zlib.crc32(purpose.encode())

    def changed(epoch: Any, number: Any, batch: Any) -> Any:
        with _SeededDraws(seed.seed, stream, epoch, number):
            return change(*batch) if isinstance(batch, tuple) else change(batch)

    if keras.backend.backend() != "tensorflow":
        # There, layers make what they need inside tf.data in the first graph that they see, and
        # variables that are made in the scope of the draws have no values.
        spec = batches.element_spec
        tf.function(change).get_concrete_function(*(spec if isinstance(spec, tuple) else [spec]))
    # One at a time: a function of the user's may count its calls.
    return with_epoch(batches, seed).map(changed)


class _SeededDraws(keras.StatelessScope):
    """Give every random generator a state made of numbers and of its place among them."""

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
