"""Cut a functional model into named stages, with each weight in exactly one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from kerastl.backbones.graph import Node, ancestors, nodes_in_order, replay, single_cuts
from kerastl.backbones.stage import Stage
from kerastl.basics.suggest import unknown_name

End = str | Sequence[str]
"""Where a stage ends: a layer's name (the stage's last layer), `"before:NAME"` (what the layer
`NAME` takes is the stage's last output), `"fork:NAME"` (where the branches part that the layer
`NAME` joins), `"output"` (the model's output), or several of these where more than one tensor
passes on by design, as in NASNet."""


@dataclass(frozen=True)
class Part:
    """One stage of a graph: its nodes, its input tensors and its output tensors."""

    name: str
    nodes: list[Node]
    takes: list[Any]
    gives: list[Any]


def partition(model: keras.Model, ends: Mapping[str, End]) -> list[Part]:
    """Divide the graph of a model into stages.

    A stage holds every operation that its end depends on and that no earlier stage holds. Only
    the declared ends may pass to later stages. A cut inside a residual block or an Inception
    module would pass a second tensor on, so it raises an error.

    Args:
        model: A functional model with one output.
        ends: Where each stage ends, by stage name, from input to output. The last one must
            be the model's output.

    Returns:
        The stages, in the order of `ends`.

    Raises:
        ValueError: An end names no layer, a stage is empty, a cut falls inside a block, two
            stages share weights, or the last end is not the model's output.
    """
    nodes = nodes_in_order(model)
    free = {id(node) for node in nodes}
    parts: list[Part] = []
    declared: set[int] = set()
    for name, end in ends.items():
        tensors = end_tensors(model, end)
        declared |= {id(tensor) for tensor in tensors}
        mine = [node for node in ancestors(tensors, nodes) if id(node) in free]
        if not mine:
            raise ValueError(
                f"A stage of {model.name!r} holds no layer: its end is inside an earlier "
                f"stage. List stages from input to output. Received: {name!r} ending at {end!r}"
            )
        free -= {id(node) for node in mine}
        made = {id(tensor) for node in mine for tensor in node.output_tensors}
        takes = {id(t): t for node in mine for t in node.input_tensors if id(t) not in made}
        parts.append(Part(name, mine, list(takes.values()), []))
    if not {id(tensor) for tensor in model.outputs} <= declared:
        raise ValueError(
            f"The last stage of {model.name!r} must end at the model's output, "
            f"{_maker(model.outputs[0])!r}. Received: {end!r}"
        )
    _connect(parts, model.outputs)
    _check_cuts(parts, declared)
    _check_weights(parts)
    return parts


def chain(model: keras.Model, ends: Mapping[str, End], inputs: Sequence[Any]) -> Any:
    """Run a model's stages, each as one `Stage` layer, on symbolic inputs.

    Args:
        model: A functional model with one output. Its weights are shared, not copied.
        ends: Where each stage ends; see `partition`.
        inputs: Tensors that replace `model.inputs`.

    Returns:
        The tensor that replaces the model's output.

    Example:

    >>> import keras
    >>> x = keras.Input((4,))
    >>> model = keras.Sequential([x, keras.layers.Dense(3, name="a"), keras.layers.Dense(2)])
    >>> new = keras.Input((4,))
    >>> staged = keras.Model(new, chain(model, {"first": "a", "second": "output"}, [new]))
    >>> [layer.name for layer in staged.layers[1:]]
    ['first', 'second']
    """
    names = {id(old): old.name for old in model.inputs}
    current = {id(old): new for old, new in zip(model.inputs, inputs, strict=True)}
    for part in partition(model, ends):
        fresh = {
            id(tensor): keras.Input(
                batch_shape=tensor.shape,
                dtype=tensor.dtype,
                name=names.get(id(tensor), f"features_{position}"),
            )
            for position, tensor in enumerate(part.takes)
        }
        made = replay(part.nodes, fresh)
        inner = keras.Model(
            _one_or_list([fresh[id(tensor)] for tensor in part.takes]),
            _one_or_list([made[id(tensor)] for tensor in part.gives]),
            name=part.name,
        )
        taken = _one_or_list([current[id(tensor)] for tensor in part.takes])
        given = Stage(inner, name=part.name)(taken)
        for old, new in zip(part.gives, keras.tree.flatten(given), strict=True):
            current[id(old)] = new
    return current[id(model.outputs[0])]


def end_tensors(model: keras.Model, end: End) -> list[Any]:
    """Find the tensors at which a stage ends.

    Raises:
        ValueError: The end names no layer of the model.
    """
    if not isinstance(end, str):
        return [tensor for one in end for tensor in end_tensors(model, one)]
    if end == "output":
        return list(model.outputs)
    relation, _, layer = end.rpartition(":")
    nodes = nodes_in_order(model)
    found = [node for node in nodes if node.operation.name == layer]
    if not found or relation not in ("", "before", "fork"):
        raise unknown_name(f"layer of {model.name!r}", end, [node.operation.name for node in nodes])
    if relation == "before":
        return list(found[0].input_tensors)
    if relation == "fork":
        above = {id(node) for node in ancestors(found[0].input_tensors, nodes)}
        made = {id(t) for node in nodes if id(node) in above for t in node.output_tensors}
        return [tensor for tensor in single_cuts(model) if id(tensor) in made][-1:]
    return list(found[-1].output_tensors)


def _connect(parts: list[Part], outputs: Sequence[Any]) -> None:
    for position, part in enumerate(parts):
        wanted = {id(tensor) for later in parts[position + 1 :] for tensor in later.takes}
        wanted |= {id(tensor) for tensor in outputs}
        part.gives.extend(
            tensor for node in part.nodes for tensor in node.output_tensors if id(tensor) in wanted
        )


def _check_cuts(parts: list[Part], declared: set[int]) -> None:
    for part in parts:
        crossing = [_maker(tensor) for tensor in part.gives if id(tensor) not in declared]
        if crossing:
            raise ValueError(
                f"Stage {part.name!r} ends inside a block: later stages also need the output of "
                f"{', '.join(map(repr, crossing))}. End the stage where one tensor passes on, "
                f"such as at the block's last layer. Received: an end with {len(part.gives)} "
                "tensors passing it"
            )


def _check_weights(parts: list[Part]) -> None:
    owner: dict[int, str] = {}
    for part in parts:
        for node in part.nodes:
            for variable in getattr(node.operation, "variables", ()):
                first = owner.setdefault(id(variable), part.name)
                if first != part.name:
                    raise ValueError(
                        "Two stages share a layer's weights, so they cannot be frozen separately. "
                        f"Put them into one stage. Received: layer {node.operation.name!r} in "
                        f"stages {first!r} and {part.name!r}"
                    )


def _maker(tensor: Any) -> str:
    return str(tensor._keras_history.operation.name)


def _one_or_list(tensors: list[Any]) -> Any:
    return tensors[0] if len(tensors) == 1 else tensors
