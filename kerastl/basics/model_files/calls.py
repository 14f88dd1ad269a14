"""Check the inputs of layers in the configuration of a functional model."""

from __future__ import annotations

from typing import Any

from kerastl.basics.model_files.errors import refused

# Keras 2 writes this in place of a layer's name before a constant.
CONSTANT = "_CONSTANT_VALUE"


def check_calls(layer: dict[str, Any], source: str) -> None:
    """Check that every call of a layer has a tensor of the graph as an input.

    A call on constants alone would run at once, while the model is loaded.

    Args:
        layer: Configuration of a layer, with `"inbound_nodes"`.
        source: The file, for errors.

    Raises:
        RefusedModelError: If a call has no such input.
    """
    nodes = layer["inbound_nodes"]
    for node in nodes if isinstance(nodes, list | tuple) else [nodes]:
        if isinstance(node, dict) and "args" in node:
            called = _has_tensor([node["args"], node.get("kwargs")])
        else:
            called = _starts_with_tensor(node)
        if not called:
            name = layer.get("name", layer.get("class_name"))
            raise refused(f"layer {name!r}, which is called on a constant,", source)


def _has_tensor(arguments: list[Any]) -> bool:
    """Whether the arguments of a call in the format of Keras 3 hold a tensor of the graph."""
    pending: list[Any] = list(arguments)
    while pending:
        value = pending.pop()
        if isinstance(value, list | tuple):
            pending.extend(value)
        elif isinstance(value, dict):
            if value.get("class_name") == "__keras_tensor__":
                return True
            pending.extend(value.values())
    return False


def _starts_with_tensor(node: Any) -> bool:
    """Whether a call in the format of Keras 2 has a tensor of the graph as its first input."""
    while isinstance(node, list | tuple | dict) and node:
        if isinstance(node, dict):
            node = node["items"] if "items" in node else next(iter(node.values()))
        elif isinstance(node[0], str):
            return len(node) in (3, 4) and node[0] != CONSTANT
        else:
            node = node[0]
    return False
