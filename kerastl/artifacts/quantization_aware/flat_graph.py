"""A model of stages as one graph of plain layers."""

from typing import Any

import keras

from kerastl.backbones.graph import nodes_in_order, replay
from kerastl.backbones.stage import Stage


def flattened(model: keras.Model) -> keras.Model:
    """Replace stages and nested models by the layers inside them.

    A convolution and its normalization may lie in two stages.

    Args:
        model: A functional model.

    Returns:
        A model on inputs of the same names that shares every layer, none of them a model.
    """
    inputs = keras.tree.map_structure(
        lambda old: keras.Input(batch_shape=old.shape, dtype=old.dtype, name=old.name),
        model.input,
    )
    outputs = _opened(model, keras.tree.flatten(inputs))
    return keras.Model(inputs, outputs[0] if len(outputs) == 1 else outputs)


def _opened(model: Any, inputs: list[Any]) -> list[Any]:
    made = {id(old): new for old, new in zip(model.inputs, inputs, strict=True)}
    for node in nodes_in_order(model):
        inner = _model_inside(node.operation)
        if inner is None:
            made = replay([node], made)
        else:
            taken = [made.get(id(tensor), tensor) for tensor in node.input_tensors]
            given = _opened(inner, taken)
            made |= {id(t): new for t, new in zip(node.output_tensors, given, strict=True)}
    return [made[id(tensor)] for tensor in model.outputs]


def _model_inside(operation: Any) -> Any:
    if isinstance(operation, Stage):
        operation = operation.model
    # A sequential model has a functional one inside.
    operation = getattr(operation, "_functional", None) or operation
    return operation if hasattr(operation, "_nodes_by_depth") else None
