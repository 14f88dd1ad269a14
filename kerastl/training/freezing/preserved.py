"""A model that is used for something and left as it was."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
from keras.src.backend.common import global_state
from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR


@contextmanager
def preserved(model: keras.Model) -> Iterator[None]:
    """Put a model back afterwards, whatever happens to it: all variables and what trains.

    Variables are weights, statistics and the states of random generators, to the last bit. The
    optimizer is not touched: train another model on the same layers,
    `keras.Model(model.inputs, model.outputs)`.

    Args:
        model: A built model.

    Example:

    ```python
    with preserved(recipe.model):
        recipe.model.set_weights(others)
    ```
    """
    layers = [(layer, layer.trainable) for layer in model._flatten_layers()]
    variables = [
        (variable, variable.trainable, np.array(keras.ops.convert_to_numpy(variable)))
        for variable in model.variables
    ]
    try:
        yield
    finally:
        # From the outside in: what a layer hands down is then set right inside it.
        for layer, trainable in layers:
            layer.trainable = trainable
        for variable, trainable, value in variables:
            variable.trainable = trainable
            variable.assign(value)


@contextmanager
def preserved_randomness(seed: int) -> Iterator[None]:
    """Draw from a seed, and leave the global generators of Python, NumPy and Keras as they were.

    Args:
        seed: Seed of layers that are made meanwhile: they take theirs from Python's generator.
    """
    python, numpy = random.getstate(), np.random.get_state()
    # Keras has no public way to its generator; it makes one at the first draw.
    generator = global_state.get_global_attribute(GLOBAL_SEED_GENERATOR)
    state = None if generator is None else np.array(keras.ops.convert_to_numpy(generator.state))
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        global_state.set_global_attribute(GLOBAL_SEED_GENERATOR, generator)
        if generator is not None:
            generator.state.assign(state)
