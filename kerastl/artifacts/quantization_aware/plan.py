"""Which layers and tensors of a network are quantized."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import keras

from kerastl.artifacts.litert.float_layers import LEADING_SHARE
from kerastl.artifacts.quantization_aware.fake_quantized_parts import dense_parts
from kerastl.backbones.graph import Node, nodes_in_order

_WEIGHTED = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.Dense)
# They give numbers that they took: nothing is rounded a second time.
_UNCHANGING = (
    keras.layers.Dropout,
    keras.layers.SpatialDropout2D,
    keras.layers.ZeroPadding2D,
    keras.layers.Cropping2D,
    keras.layers.MaxPooling2D,
    keras.layers.Flatten,
    keras.layers.Reshape,
    keras.layers.Permute,
    keras.layers.Identity,
)


@dataclass(frozen=True)
class Folded:
    """A layer with rounded weights.

    Attributes:
        node: Where the layer is applied.
        normalization: The node of the batch normalization that is folded into it, or None.
        bits: Bits of a weight.
    """

    node: Node
    normalization: Node | None
    bits: int


@dataclass(frozen=True)
class Plan:
    """List the layers and tensors that a network's integer file quantizes.

    Eight bits stand for the file `int8`: weights and tensors in bytes, but the first layers and
    what is computed on vectors in float, where only the weights of dense layers are rounded. Four
    bits stand for the file `int4`: weights of every layer, depthwise ones in 8 bits, and all
    arithmetic in float.

    Attributes:
        folded: Layers with rounded weights, in order of execution.
        parts: Nodes of layers made of layers, whose dense weights are rounded.
        tensors: Tensors that are rounded.
        unknown: Names of layers with kernels that stay as they are, since their class is not
            known.
    """

    folded: list[Folded] = field(default_factory=list)
    parts: list[Node] = field(default_factory=list)
    tensors: list[Any] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, model: keras.Model, bits: int) -> Plan:
        """Plan a flat model for weights of 4 or 8 bits; see `flattened`."""
        graph = _Readers(model)
        leading = _leading(graph.nodes) if bits == 8 else 0
        plan = cls()
        joined: set[int] = set()
        for position, node in enumerate(graph.nodes):
            if id(node) in joined:
                continue
            layer = node.operation
            on_vectors = _is_vector(node.output_tensors[0])
            members = graph.run_from(node)
            joined |= {id(each) for each in members}
            if position >= leading or on_vectors:
                if type(layer) in _WEIGHTED:
                    plan.folded.append(_folded(members, bits))
                elif (on_vectors or bits == 4) and dense_parts(layer):
                    plan.parts.append(node)
                elif any(len(weight.shape) > 1 for weight in getattr(layer, "weights", ())):
                    plan.unknown.append(layer.name)
            if bits == 8 and not isinstance(layer, _UNCHANGING):
                in_bytes = position >= leading and not on_vectors
                plan.tensors.extend(
                    tensor
                    for tensor in members[-1].output_tensors
                    if _is_float(tensor) and (in_bytes or graph.is_read_in_bytes(tensor, leading))
                )
        return plan


class _Readers:
    """The nodes of a flat model, and the readers of each tensor."""

    def __init__(self, model: keras.Model) -> None:
        self.nodes = nodes_in_order(model)
        self._position = {id(node): number for number, node in enumerate(self.nodes)}
        self._readers: dict[int, list[Node]] = {}
        for node in self.nodes:
            for tensor in node.input_tensors:
                self._readers.setdefault(id(tensor), []).append(node)
        self._given = {id(tensor) for tensor in model.outputs}

    def run_from(self, node: Node) -> list[Node]:
        """List a node and those that the file computes in one operator with it."""
        run = [node]
        if type(node.operation) in _WEIGHTED and _is_linear(node.operation):
            after = self._only_reader(node)
            if after is not None and _folds(after.operation):
                run.append(after)
        after = self._only_reader(run[-1])
        if after is not None and _is_fused(after.operation):
            run.append(after)
        return run

    def is_read_in_bytes(self, tensor: Any, leading: int) -> bool:
        """Tell whether some operator in integers takes the tensor."""
        return any(
            self._position[id(node)] >= leading and not _is_vector(node.output_tensors[0])
            for node in self._readers.get(id(tensor), ())
        )

    def _only_reader(self, node: Node) -> Node | None:
        if len(node.output_tensors) != 1 or id(node.output_tensors[0]) in self._given:
            return None
        readers = self._readers.get(id(node.output_tensors[0]), [])
        return readers[0] if len(readers) == 1 else None


def _folded(members: list[Node], bits: int) -> Folded:
    norms = [each for each in members[1:] if _folds(each.operation)]
    depthwise = isinstance(members[0].operation, keras.layers.DepthwiseConv2D)
    return Folded(members[0], norms[0] if norms else None, 8 if depthwise else bits)


def _leading(nodes: list[Node]) -> int:
    """Count the first nodes that stay in float; see `leading_layers`."""
    costs = [_multiplications(node) for node in nodes]
    allowed, spent, leading = LEADING_SHARE * sum(costs), 0, 0
    for position, cost in enumerate(costs):
        spent += cost
        if cost and spent <= allowed:
            leading = position + 1
    return leading


def _multiplications(node: Node) -> int:
    layer = node.operation
    if type(layer) not in _WEIGHTED:
        return 0
    # A size that is open counts once.
    result = math.prod(size or 1 for size in node.output_tensors[0].shape[1:])
    kernel = layer.kernel.shape
    return int(result * math.prod(kernel[:2] if _is_depthwise(layer) else kernel[:-1]))


def _is_depthwise(layer: Any) -> bool:
    return isinstance(layer, keras.layers.DepthwiseConv2D)


def _is_vector(tensor: Any) -> bool:
    return len(tensor.shape) <= 2


def _is_float(tensor: Any) -> bool:
    return "float" in str(tensor.dtype)


def _is_linear(layer: Any) -> bool:
    return layer.activation is None or layer.activation is keras.activations.linear


def _folds(layer: Any) -> bool:
    return type(layer) is keras.layers.BatchNormalization and layer.axis in (-1, 3)


def _is_fused(layer: Any) -> bool:
    """Tell whether the file's operators have this activation inside."""
    if type(layer) is keras.layers.ReLU:
        plain = not layer.negative_slope and not layer.threshold
        return plain and layer.max_value in (None, 6)
    if type(layer) is keras.layers.Activation:
        return layer.activation in (keras.activations.relu, keras.activations.relu6)
    return type(layer).__name__ in ("Relu", "Relu6")
