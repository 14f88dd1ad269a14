"""How long a model takes for all training examples."""

import time

import keras

from kerastl.training.phases.examples import Examples

_BATCHES = 3


def seconds_per_pass(model: keras.Model, examples: Examples) -> float:
    """Estimate the time of one pass over the training examples, in inference.

    A few batches are read and run. The first of them, for which Keras compiles, does not count
    unless there is no other.

    Args:
        model: Takes the examples' inputs.
        examples: What is read.

    Returns:
        Seconds.
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
