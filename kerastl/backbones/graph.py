"""Graph of a functional Keras model: its nodes in running order, and their replay on new inputs.

Keras has no public access to single nodes. Only this module reads `_nodes_by_depth`, which Keras
itself uses to run a functional model.
"""

from collections.abc import Iterable
from typing import Any

from keras import tree

Node = Any


def nodes_in_order(model: Any) -> list[Node]:
    """List a functional model's operations, without inputs, in running order."""
    depths = sorted(model._nodes_by_depth, reverse=True)
    return [node for d in depths for node in model._nodes_by_depth[d] if not node.is_input]


def replay(nodes: Iterable[Node], tensors: dict[int, Any]) -> dict[int, Any]:
    """Apply a graph's operations to other tensors, sharing their weights.

    Args:
        nodes: Nodes in running order.
        tensors: Replacement of each outer input of the nodes, by the `id` of the old tensor.

    Returns:
        `tensors` plus the replacements of all outputs of the nodes, by `id` of the old tensor.
    """
    made = dict(tensors)
    for node in nodes:
        args, kwargs = tree.map_structure(
            lambda value: made.get(id(value), value),
            (node.arguments.args, node.arguments.kwargs),
        )
        outputs = tree.flatten(node.operation(*args, **kwargs))
        for old, new in zip(node.output_tensors, outputs, strict=True):
            made[id(old)] = new
    return made


def ancestors(tensors: Iterable[Any], nodes: list[Node]) -> list[Node]:
    """List the nodes that some tensors are computed from, in running order."""
    maker = {id(tensor): node for node in nodes for tensor in node.output_tensors}
    found: set[int] = set()
    waiting = [maker[id(tensor)] for tensor in tensors if id(tensor) in maker]
    while waiting:
        node = waiting.pop()
        if id(node) not in found:
            found.add(id(node))
            waiting += [maker[id(t)] for t in node.input_tensors if id(t) in maker]
    return [node for node in nodes if id(node) in found]


def single_cuts(model: Any) -> list[Any]:
    """List the tensors that everything passes through, from input to output.

    Between two of them lies a block with branches, or a single layer; the model's inputs do not
    count, since a mask may be read anywhere.
    """
    nodes = nodes_in_order(model)
    readers: dict[int, int] = {}
    for node in nodes:
        for tensor in node.input_tensors:
            readers[id(tensor)] = readers.get(id(tensor), 0) + 1
    cuts: list[Any] = []
    waiting: dict[int, Any] = {}
    for node in nodes:
        for tensor in node.input_tensors:
            readers[id(tensor)] -= 1
            if not readers[id(tensor)]:
                waiting.pop(id(tensor), None)
        waiting |= {id(t): t for t in node.output_tensors if readers.get(id(t))}
        if len(waiting) == 1:
            cuts.extend(t for t in node.output_tensors if id(t) in waiting)
    return cuts


def replay_flat(model: Any, inputs: list[Any]) -> Any:
    """Run a model on other inputs, layer by layer, nested models included.

    Args:
        model: A functional or sequential model with one output.
        inputs: Replacements of `model.inputs`.

    Returns:
        The replacement of the model's output.
    """
    graph = getattr(model, "_functional", None) or model
    made = {id(old): new for old, new in zip(graph.inputs, inputs, strict=True)}
    for node in nodes_in_order(graph):
        if hasattr(node.operation, "_nodes_by_depth") or hasattr(node.operation, "_functional"):
            taken = [made[id(tensor)] for tensor in node.input_tensors]
            made[id(node.output_tensors[0])] = replay_flat(node.operation, taken)
        else:
            made = replay([node], made)
    return made[id(graph.outputs[0])]
