"""Find layers of a model by name, and the parts after them."""

from typing import Any

import keras

from kerastl.backbones.graph import nodes_in_order, replay


def tail_of(model: keras.Model, aligned: str) -> keras.Model:
    """Return the part of a model after the layer named `"pooling"`.

    Args:
        model: A functional model that returns probabilities.
        aligned: Name of the pooling layer or of a layer after it.

    Returns:
        A model from pooled features to `features`, the output of `aligned`, and `probabilities`.
    """
    pooled = layer_output(model, "pooling")
    given = keras.Input(pooled.shape[1:], dtype=pooled.dtype)
    made = replay(_nodes_after(model, "pooling"), {id(pooled): given})
    outputs = {
        "features": made[id(layer_output(model, aligned))],
        "probabilities": made[id(model.outputs[0])],
    }
    return keras.Model(given, outputs, name="after_pooling")


def layers_after(model: keras.Model, name: str) -> list[keras.layers.Layer]:
    """Return the layers after a layer in the graph of a model.

    Args:
        model: A functional model.
        name: Name of the layer.
    """
    return [node.operation for node in _nodes_after(model, name)]


def layer_output(model: keras.Model, name: str) -> Any:
    """Return the output tensor of a layer in the graph of a model.

    `layer.output` fails if the layer belongs to several graphs.

    Args:
        model: A functional model.
        name: Name of the layer.

    Raises:
        ValueError: If the model has no such layer.
    """
    for node in nodes_in_order(model):
        if node.operation.name == name:
            return node.output_tensors[0]
    names = ", ".join(layer.name for layer in model.layers)
    raise ValueError(f"The model has no such layer. Its layers: {names}. Received: {name!r}")


def _nodes_after(model: keras.Model, name: str) -> list[Any]:
    reached = {id(layer_output(model, name))}
    found = []
    for node in nodes_in_order(model):
        if any(id(tensor) in reached for tensor in node.input_tensors):
            reached |= {id(tensor) for tensor in node.output_tensors}
            found.append(node)
    return found
