"""Check that the calls of layers in a model of Keras 2 can be put in order."""

from __future__ import annotations

from typing import Any

from kerastl.basics.model_files.calls import CONSTANT
from kerastl.basics.model_files.errors import refused

_MODELS = ("Functional", "Model", "Sequential")


def check_keras2_graph(graph: dict[str, Any], source: str) -> None:
    """Check that every call has inputs that an earlier call makes.

    tf-keras waits for them without end: in a loop, or where a layer's name is misspelt.

    Args:
        graph: Configuration of a functional model, with `"layers"`.
        source: The file, for errors.

    Raises:
        RefusedModelError: If a call can never be made.
    """
    try:
        pending = [_Layer(each) for each in graph["layers"]]
        made: set[tuple[str, int]] = set()
        while pending:
            progress = [each.call(made) for each in pending]
            pending = [each for each in pending if each.wanted]
            if pending and not any(progress):
                raise refused(f"layer {pending[0].name!r}, whose inputs are never made,", source)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise refused(f"a graph that cannot be read ({error!r})", source) from error


class _Layer:
    """The calls of a layer that are still to be made."""

    def __init__(self, layer: dict[str, Any]) -> None:
        self.name = layer["name"]
        # References are to this name.
        self._made_as = layer["config"]["name"]
        self._is_input = layer["class_name"] == "InputLayer"
        # A model with an input has made a call already, which is not in the configuration.
        self._starts = (0, 1) if layer["class_name"] in _MODELS else (0,)
        self._count = 0
        self.wanted = [_inputs(node) for node in layer["inbound_nodes"]]

    def call(self, made: set[tuple[str, int]]) -> bool:
        """Make the calls whose inputs are made; return whether there was one."""
        if self._is_input:
            made.add((self.name, 0))
        before = len(self.wanted)
        while self.wanted and self.wanted[0] <= made:
            del self.wanted[0]
            made.update((self._made_as, start + self._count) for start in self._starts)
            self._count += 1
        return len(self.wanted) < before


def _inputs(node: Any) -> set[tuple[str, int]]:
    """Return the calls that a call refers to, as names and numbers."""
    found: set[tuple[str, int]] = set()
    pending = [node]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending.extend(value.values())
        elif isinstance(value, list | tuple):
            if len(value) in (3, 4) and isinstance(value[0], str) and isinstance(value[1], int):
                if value[0] != CONSTANT:
                    found.add((value[0], value[1]))
                pending.extend(value[3:])
            else:
                pending.extend(value)
    return found
