"""Check the nodes and functions of a foreign graph."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from kerastl.backbones.foreign_graph.computing_operations import computing_operations
from kerastl.basics.model_files.errors import RefusedModelError

# Bytes that constants may take beyond those that the file stores: a constant may repeat one value.
_REPEATED = 256 * 2**20
_STRING = 24  # bytes of an empty string in a tensor


def check_graph(graph: Any, place: str, *, state: bool, also: frozenset[str] = frozenset()) -> None:
    """Refuse a graph that may do more than compute.

    Args:
        graph: A `GraphDef`.
        place: Where the graph comes from, for the error.
        state: Whether it may hold variables and tables.
        also: Operators that are accepted too. Defaults to none.

    Raises:
        RefusedModelError: If a node of the graph or of a function has an operator that is not
            listed, if a node calls a function that the graph does not hold, if functions call each
            other in a circle, if a function has the name of an operator, or if the constants are
            much larger than what the file stores.

    Example:

    ```python
    check_graph(tf.compat.v1.GraphDef.FromString(content), "model.pb", state=False)
    ```
    """
    from tensorflow.python.framework import op_def_registry

    functions = {function.signature.name for function in graph.library.function}
    nodes = [*graph.node, *(node for each in graph.library.function for node in each.node_def)]
    refuse_operators(
        {node.op for node in nodes} - computing_operations(state) - functions - also, place
    )
    # The runtime and the loader could disagree about which of the two is meant.
    refuse_operators({name for name in functions if op_def_registry.get(name)}, place)
    attributes = [
        *(value for node in nodes for value in node.attr.values()),
        *(value for function in graph.library.function for value in function.attr.values()),
    ]
    # Any other name is a function of this process, which was never checked.
    unknown = {name for value in attributes for name in _called(value)} - functions
    if unknown:
        raise RefusedModelError(
            "The graph calls functions that it does not hold, and is not loaded. "
            f"Received: functions {', '.join(sorted(unknown))} in {place}"
        )
    _check_circles(graph.library, place)
    _check_constants(attributes, graph.ByteSize(), place)


def refuse_operators(names: Iterable[str], place: str) -> None:
    """Raise an error that names operators, if there are any.

    Args:
        names: The operators that are not accepted.
        place: Where the graph comes from.

    Raises:
        RefusedModelError: If there is an operator.
    """
    if names := sorted(names):
        raise RefusedModelError(
            "The SavedModel's graph has operators that are not known to compute only: they may "
            "touch files, call Python or use the network. The graph is not loaded. "
            f"Received: operators {', '.join(names)} in {place}"
        )


def called_functions(node: Any) -> set[str]:
    """Return the names of the functions that a node calls, its own operator included."""
    return {node.op, *(name for value in node.attr.values() for name in _called(value))}


def _called(value: Any) -> Iterator[str]:
    """Yield the functions that an attribute names, also inside the attributes of a function."""
    for function in _held(value, "func"):
        # A list of optional branches may hold an empty name.
        if function.name:
            yield function.name
        for inner in function.attr.values():
            yield from _called(inner)


def _held(value: Any, kind: str) -> Iterable[Any]:
    """Return the functions or tensors of an attribute, one or a list."""
    found = value.WhichOneof("value")
    if found == kind:
        return [getattr(value, kind)]
    return getattr(value.list, kind) if found == "list" else ()


def _check_circles(library: Any, place: str) -> None:
    """Refuse functions that call themselves, for which TensorFlow runs out of stack."""
    calls = {
        function.signature.name: {
            name for node in function.node_def for name in called_functions(node)
        }
        for function in library.function
    }
    try:
        TopologicalSorter(calls).prepare()
    except CycleError as error:
        raise RefusedModelError(
            "Functions of the graph call each other in a circle, and are not loaded. "
            f"Received: functions {', '.join(error.args[1])} in {place}"
        ) from None


def _check_constants(attributes: Iterable[Any], stored: int, place: str) -> None:
    import tensorflow as tf

    declared = 0
    for value in attributes:
        for tensor in _held(value, "tensor"):
            dtype = tf.dtypes.as_dtype(tensor.dtype) if tensor.dtype else tf.float32
            if dtype in (tf.resource, tf.variant):
                refuse_operators([f"Const of type {dtype.name}"], place)
            size = _STRING if dtype == tf.string else dtype.size
            declared += size * math.prod(max(0, each.size) for each in tensor.tensor_shape.dim)
    if declared > 8 * stored + _REPEATED:
        raise RefusedModelError(
            "The graph's constants are much larger than the file that holds them, and are not "
            f"unpacked. Received: {declared} bytes of constants in {place}"
        )
