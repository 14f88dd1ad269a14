"""Automatic stages of a network without declared ones."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kerastl.backbones.graph import nodes_in_order, single_cuts

if TYPE_CHECKING:
    from kerastl.backbones.partition import End

_MOST_STAGES = 6


def automatic_ends(model: Any) -> dict[str, End]:
    """Divide a network into stages where a single tensor passes on.

    Stages of a convolutional network end before the height or width changes. A network without
    such changes, such as a transformer, is divided into at most 6 stages with about equal numbers
    of weights.

    Args:
        model: A functional model with one output.

    Returns:
        Ends by stage name, `"stage1"` and so on; see `kerastl.backbones.partition.partition`.
    """
    weights_before = _weights_before_cuts(model)
    cuts = [cut for cut in single_cuts(model) if _name(cut) in weights_before]
    chosen = _before_resolution_changes(cuts) or _even(cuts, weights_before, model)
    ends: list[str] = []
    counted = 0
    total = len(model.weights)
    for cut in chosen:
        # A stage without weights has nothing to freeze.
        if counted < weights_before[_name(cut)] < total:
            ends.append(_name(cut))
            counted = weights_before[_name(cut)]
    return {f"stage{number}": end for number, end in enumerate([*ends, "output"], start=1)}


def _weights_before_cuts(model: Any) -> dict[str, int]:
    """Count the weights up to each operation that a stage may end at.

    Left out are operations that run more than once, whose name says no place, and places with
    uses of one layer on both sides.
    """
    nodes = nodes_in_order(model)
    names = [node.operation.name for node in nodes]
    last_use = {
        id(variable): place
        for place, node in enumerate(nodes)
        for variable in getattr(node.operation, "variables", ())
    }
    seen: set[int] = set()
    reach = 0
    before: dict[str, int] = {}
    for place, node in enumerate(nodes):
        for variable in getattr(node.operation, "variables", ()):
            seen.add(id(variable))
            reach = max(reach, last_use[id(variable)])
        if reach <= place and names.count(names[place]) == 1 and len(node.output_tensors) == 1:
            before[names[place]] = len(seen)
    return before


def _before_resolution_changes(cuts: list[Any]) -> list[Any]:
    maps = [cut for cut in cuts if len(cut.shape) == 4 and None not in cut.shape[1:3]]
    return [cut for cut, following in pairwise(maps) if cut.shape[1:3] != following.shape[1:3]]


def _even(cuts: list[Any], weights_before: dict[str, int], model: Any) -> list[Any]:
    share = len(model.weights) / _MOST_STAGES
    chosen: list[Any] = []
    for cut in cuts:
        if weights_before[_name(cut)] >= share * (len(chosen) + 1):
            chosen.append(cut)
    return chosen


def _name(tensor: Any) -> str:
    return str(tensor._keras_history.operation.name)
