"""Estimate how long a model takes for one epoch in inference mode."""

import itertools
import time

import keras

from kerastl.backbones.running.run_in_order import run_in_order
from kerastl.training.phases.examples import Examples

_BATCHES = 3


def seconds_per_pass(model: keras.Model, examples: Examples) -> float:
    """Estimate the seconds of one epoch over the training examples, in inference mode.

    Three batches are read and run. The first one, for which Keras compiles, is left out unless
    it is the only one.

    Args:
        model: A model that takes the inputs of the examples.
        examples: The examples that are read.

    Returns:
        Seconds for all training examples.
    """
    batches = examples.training_in_order().batches(0).take(_BATCHES).as_numpy_iterator()

    def timed(count: int) -> tuple[float, int]:
        start = time.perf_counter()
        read = itertools.islice(batches, count)
        rows = sum(len(labels) for _, (labels,) in run_in_order(model, read))
        return time.perf_counter() - start, rows

    first, others = timed(1), timed(_BATCHES - 1)
    seconds, rows = others if others[1] else first
    return seconds * examples.training_count / rows
