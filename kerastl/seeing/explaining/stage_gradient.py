"""The gradient of a model's score with respect to the output of one stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from kerastl.backbones.graph import ancestors, nodes_in_order, replay

Score = Callable[[Any], Any]
"""Function of a model's outputs; returns one score for each example."""


def stage_gradient(
    model: keras.Model, stage: str, inputs: Any, score: Score
) -> tuple[np.ndarray, np.ndarray]:
    """Return the output of a stage, and the gradient of a score with respect to it.

    The model is divided at the stage: what the stage is computed from runs first. Other tensors
    that cross the cut, such as pooled features of earlier stages, are constants.

    Args:
        model: A model made of stages.
        stage: Name of the stage.
        inputs: A batch of the model's inputs: an array, or arrays by name.
        score: Function of the model's outputs, made of `keras.ops`.

    Returns:
        Two float arrays with the shape of the stage's output.
    """
    output = keras.tree.flatten(model.get_layer(stage).output)[-1]
    nodes = nodes_in_order(model)
    before = ancestors([output], nodes)
    made = {id(node) for node in before}
    after = [node for node in nodes if id(node) not in made]
    known = {id(tensor) for tensor in model.inputs}
    known |= {id(tensor) for node in before for tensor in node.output_tensors}
    crossing = {
        id(tensor): tensor for node in after for tensor in node.input_tensors if id(tensor) in known
    }
    crossing[id(output)] = output
    prefix = keras.Model(model.inputs, list(crossing.values()))
    fresh = {
        key: keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype)
        for key, tensor in crossing.items()
    }
    result = replay(after, dict(fresh))[id(model.outputs[0])]
    suffix = keras.Model(list(fresh.values()), result)
    # Keras returns a single output without its list.
    tensors = keras.tree.flatten(prefix(_as_list(model, inputs), training=False))
    place = list(crossing).index(id(output))
    gradient = _gradient(suffix, tensors, place, score)
    activation = keras.ops.convert_to_numpy(tensors[place])
    return activation.astype("float32"), gradient.astype("float32")


def _as_list(model: keras.Model, inputs: Any) -> list[Any]:
    if isinstance(inputs, dict):
        return [keras.ops.convert_to_tensor(inputs[tensor.name]) for tensor in model.inputs]
    return [keras.ops.convert_to_tensor(inputs)]


def _gradient(suffix: keras.Model, tensors: list[Any], place: int, score: Score) -> np.ndarray:
    def total(tensor: Any) -> Any:
        changed = [*tensors[:place], tensor, *tensors[place + 1 :]]
        return keras.ops.sum(score(suffix(changed, training=False)))

    if keras.backend.backend() == "jax":
        import jax

        return np.asarray(jax.grad(total)(tensors[place]))
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(tensors[place])
        value = total(tensors[place])
    return np.asarray(keras.ops.convert_to_numpy(tape.gradient(value, tensors[place])))
