"""What freezing promises, checked weight by weight on any staged model."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np


def check_frozen_stages_stay(model: keras.Model, stages: Sequence[Any], inputs: Any) -> None:
    """Train a head on a frozen backbone: no weight and no statistic of it may move."""
    for stage in stages:
        stage.trainable = False
    before = _values(model)
    first, second = (_array(model(inputs, training=True)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, _array(model(inputs, training=False)))
    head = _fit(model, inputs)
    assert head.moved
    for name, (old, new) in _changes(before, model).items():
        np.testing.assert_array_equal(new, old, err_msg=name)


def check_only_last_stage_moves(model: keras.Model, stages: Sequence[Any], inputs: Any) -> None:
    """Train the last stage and a head: earlier stages may not move, this one must."""
    for stage in stages[:-1]:
        stage.trainable = False
    stages[-1].trainable = True
    last = {id(weight) for weight in stages[-1].weights}
    before = _values(model)
    _fit(model, inputs)
    moved = []
    for weight, (old, new) in zip(model.weights, _changes(before, model).values(), strict=True):
        if id(weight) in last:
            moved.append(not np.array_equal(old, new))
        else:
            np.testing.assert_array_equal(new, old, err_msg=weight.path)
    assert any(moved)


class _Head:
    def __init__(self, before: np.ndarray, after: np.ndarray) -> None:
        self.moved = not np.array_equal(before, after)


def _fit(model: keras.Model, inputs: Any) -> _Head:
    features = model.output
    axes = tuple(range(1, len(features.shape) - 1))
    dense = keras.layers.Dense(3)
    # Normalized, since features of random weights can be so large that nothing learns.
    vectors = keras.layers.LayerNormalization()(keras.ops.mean(features, axis=axes))
    classifier = keras.Model(model.input, dense(vectors))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    # Tracing a large network takes longer than running two steps of it. Grouped convolutions are
    # the exception: outside a graph, Keras compiles the gradient of each of them.
    grouped = any(getattr(layer, "groups", 1) > 1 for layer in classifier._flatten_layers())
    eagerly = keras.backend.backend() == "tensorflow" and not grouped
    classifier.compile(keras.optimizers.SGD(0.1), loss, jit_compile=False, run_eagerly=eagerly)
    count = len(keras.tree.flatten(inputs)[0])
    before = _array(dense.kernel)
    labels = np.arange(count) % 3
    classifier.fit(inputs, labels, batch_size=count, epochs=2, verbose=0)
    return _Head(before, _array(dense.kernel))


def _values(model: keras.Model) -> list[np.ndarray]:
    return [_array(weight) for weight in model.weights]


def _changes(before: list[np.ndarray], model: keras.Model) -> dict[str, Any]:
    return {
        f"{position}: {weight.path}": (old, _array(weight))
        for position, (weight, old) in enumerate(zip(model.weights, before, strict=True))
    }


def _array(tensor: Any) -> np.ndarray:
    return np.array(keras.ops.convert_to_numpy(tensor))
