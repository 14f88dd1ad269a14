"""Estimate how long a model takes for one epoch in inference mode."""

import time

import keras

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
    seconds, rows = [], []
    start = time.perf_counter()
    for inputs, labels in batches:
        model.predict_on_batch(inputs)
        now = time.perf_counter()
        seconds.append(now - start)
        rows.append(len(labels))
        start = now
    counted = slice(1, None) if len(seconds) > 1 else slice(None)
    return sum(seconds[counted]) * examples.training_count / sum(rows[counted])
