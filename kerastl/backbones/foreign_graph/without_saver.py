"""Take the saving of checkpoints out of a SavedModel."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from kerastl.backbones.foreign_graph.graph_check import called_functions, refuse_operators

RESTORE = "RestoreV2"
"""Reads a checkpoint file."""
SAVER_OPERATIONS = frozenset({"SaveV2", "MergeV2Checkpoints", "ShardedFilename", RESTORE})
"""Operators that write and read checkpoint files."""


def remove_saver(meta_graph: Any, place: str) -> None:
    """Remove the nodes and functions that write and read checkpoint files.

    Every SavedModel holds them, and no loader runs the writing ones. TensorFlow 2 restores
    variables without the graph, so there they are all removed. A SavedModel of TensorFlow 1 keeps
    the `RestoreV2` nodes whose path is the tensor that the loader feeds with its own path.

    Args:
        meta_graph: A `MetaGraphDef`, which is changed.
        place: Where it comes from, for the error.

    Raises:
        ValueError: If a signature or an object needs what is removed.
    """
    graph = meta_graph.graph_def
    functions = _remove_functions(graph.library)
    fed = ""
    if meta_graph.HasField("object_graph_def"):
        meta_graph.ClearField("saver_def")
    else:
        fed = _node_name(meta_graph.saver_def.filename_tensor_name)
    removed = _remove_nodes(graph, functions, fed)
    needed = {
        *(_node_name(info.name) for info in _signature_tensors(meta_graph)),
        *_functions_of_objects(meta_graph.object_graph_def),
    }
    lost = needed & {*removed, *functions}
    refuse_operators({removed.get(name) or functions[name] for name in lost}, place)


def _remove_functions(library: Any) -> dict[str, str]:
    """Remove functions with such nodes, and those that call them; return the operator of each."""
    removed: dict[str, str] = {}
    for function in library.function:
        found = {node.op for node in function.node_def} & SAVER_OPERATIONS
        if found:
            removed[function.signature.name] = min(found)
    calls = {
        function.signature.name: {
            name for node in function.node_def for name in called_functions(node)
        }
        for function in library.function
    }
    while callers := {
        name: removed[min(called & removed.keys())]
        for name, called in calls.items()
        if name not in removed and called & removed.keys()
    }:
        removed |= callers
    kept = [each for each in library.function if each.signature.name not in removed]
    _replace(library.function, kept)
    return removed


def _remove_nodes(graph: Any, functions: dict[str, str], fed: str) -> dict[str, str]:
    """Remove such nodes and all that read them; return the operator that each is removed for."""
    removed: dict[str, str] = {}
    readers = defaultdict(list)
    for node in graph.node:
        for name in node.input:
            readers[_node_name(name)].append(node.name)
        called = called_functions(node) & functions.keys()
        if called:
            removed[node.name] = functions[min(called)]
        elif node.op in SAVER_OPERATIONS and not _restores_from(node, fed):
            removed[node.name] = node.op
    waiting = list(removed)
    while waiting:
        name = waiting.pop()
        for reader in readers[name]:
            if reader not in removed:
                removed[reader] = removed[name]
                waiting.append(reader)
    for node in graph.node:
        if node.name == fed:
            # Without a default of its own, the path can only come from the loader.
            dtype = node.attr["dtype"].type
            node.op = "Placeholder"
            del node.input[:]
            node.attr.clear()
            node.attr["dtype"].type = dtype
    _replace(graph.node, [node for node in graph.node if node.name not in removed])
    return removed


def _restores_from(node: Any, fed: str) -> bool:
    reads = node.op == RESTORE and bool(fed) and bool(node.input)
    return reads and node.input[0] in (fed, f"{fed}:0")


def _replace(field: Any, kept: list[Any]) -> None:
    copies = [type(each).FromString(each.SerializeToString()) for each in kept]
    del field[:]
    field.extend(copies)


def _node_name(tensor: str) -> str:
    return tensor.lstrip("^").partition(":")[0]


def _signature_tensors(meta_graph: Any) -> list[Any]:
    return [
        info
        for signature in meta_graph.signature_def.values()
        for infos in (signature.inputs, signature.outputs)
        for info in infos.values()
    ]


def _functions_of_objects(objects: Any) -> set[str]:
    return {
        *objects.concrete_functions,
        *(name for node in objects.nodes for name in node.function.concrete_functions),
        *(node.bare_concrete_function.concrete_function_name for node in objects.nodes),
        *(node.captured_tensor.concrete_function for node in objects.nodes),
    } - {""}
