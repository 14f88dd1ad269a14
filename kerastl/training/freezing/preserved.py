"""Restore a model or the random generators after a block of code."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
from keras.src.backend.common import global_state
from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR


@contextmanager
def preserved(model: keras.Model) -> Iterator[None]:
    """Restore a model on exit, also after an error: all variables and `trainable` flags.

    Variables are weights, statistics and the states of random generators, restored to the last
    bit. The optimizer is not restored: to train inside the block, make another model on the same
    layers, `keras.Model(model.inputs, model.outputs)`.

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
        # Outer layers first: setting `trainable` changes all layers inside.
        for layer, trainable in layers:
            layer.trainable = trainable
        for variable, trainable, value in variables:
            variable.trainable = trainable
            variable.assign(value)


@contextmanager
def preserved_randomness(seed: int) -> Iterator[None]:
    """Seed the block, and restore the global generators of Python, NumPy and Keras on exit.

    Args:
        seed: Seed of layers that are made in the block, which draw from Python's generator.
    """
    python, numpy = random.getstate(), np.random.get_state()
    # Keras has no public access to its global generator, which it makes at the first draw.
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
