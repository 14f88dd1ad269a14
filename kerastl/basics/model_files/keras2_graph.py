"""Check that the calls of layers in a model of Keras 2 can be put in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kerastl.basics.model_files.calls import CONSTANT
from kerastl.basics.model_files.errors import refused

_MODELS = ("Functional", "Model", "Sequential")
# How many states a recurrent layer returns after its output.
_STATES = {"LSTM": 2, "ConvLSTM1D": 2, "ConvLSTM2D": 2, "ConvLSTM3D": 2, "GRU": 1, "SimpleRNN": 1}


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
        counts = {each["config"]["name"]: _outputs(each) for each in graph["layers"]}
        for each in pending:
            each.check_arguments(counts, source)
        made: set[tuple[str, Any]] = set()
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
        self._arguments = [each for node in layer["inbound_nodes"] for each in _arguments(node)]

    def check_arguments(self, counts: dict[str, int], source: str) -> None:
        """Check that named arguments refer to outputs that exist: tf-keras waits for others."""
        for name, output in self._arguments:
            if not isinstance(output, int) or not 0 <= output < counts.get(name, 0):
                raise refused(f"layer {self.name!r}, whose inputs are never made,", source)

    def call(self, made: set[tuple[str, Any]]) -> bool:
        """Make the calls whose inputs are made; return whether there was one."""
        if self._is_input:
            made.add((self.name, 0))
        before = len(self.wanted)
        while self.wanted and self.wanted[0] <= made:
            del self.wanted[0]
            made.update((self._made_as, start + self._count) for start in self._starts)
            self._count += 1
        return len(self.wanted) < before


def _inputs(node: Any) -> set[tuple[str, Any]]:
    """Return the calls that a call refers to, as names and numbers."""
    # A number of another type is never made.
    return {
        (name, number if isinstance(number, int) else repr(number))
        for name, number, _ in _references(node)
    }


def _arguments(node: Any) -> list[tuple[str, Any]]:
    """Return the outputs that named arguments of a call refer to, as names and numbers."""
    return [(name, output) for name, _, output in _references(node, arguments=True)]


def _references(node: Any, arguments: bool = False) -> Iterator[tuple[str, Any, Any]]:
    """Yield layer, call and output of all references, or of those in named arguments."""
    pending = [(node, False)]
    while pending:
        value, inside = pending.pop()
        if isinstance(value, dict):
            pending.extend((each, inside) for each in value.values())
        elif isinstance(value, list | tuple):
            # By the same rule as tf-keras, which does not look at the other elements.
            if len(value) in (3, 4) and isinstance(value[0], str):
                if value[0] != CONSTANT and (inside or not arguments):
                    yield value[0], value[1], value[2]
                pending.extend((each, True) for each in value[3:])
            else:
                pending.extend((each, inside) for each in value)


def _outputs(layer: dict[str, Any]) -> int:
    """Return the number of outputs of a layer that gives several only if it is told to."""
    kind, config = layer["class_name"], layer["config"]
    if kind in ("Functional", "Model"):
        given = config["output_layers"]
        return 1 if given and isinstance(given[0], str) else len(given)
    if kind == "Bidirectional":
        return 2 * _outputs(config["layer"]) - 1
    return 1 + (_STATES.get(kind, 0) if config.get("return_state") else 0)
