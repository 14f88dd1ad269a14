"""Choose the layers of a convolutional network that stay in float in an integer file."""

import itertools
import math
from typing import Any

from kerastl.artifacts.litert.graph import Graph, Kind

# The first layers have few channels and much to average, so float costs little there. On
# MobileNetV2 0.35 these are the three convolutions of the stem.
LEADING_SHARE = 0.2
_BLOCKS = 8
# What `MeanAbsoluteDeviation` computes on a feature map.
_OF_DEVIATIONS = (Kind.MEAN, Kind.SUB, Kind.ABS)


def leading_layers(graph: Graph, share: float = LEADING_SHARE) -> set[int]:
    """Find the first layers, up to a share of the network's multiplications.

    Rounding errors of the first layers pass through all others: with the stem in float, the scores
    of MobileNetV2 0.35 on trashnet6 diverge a third less from the model's.

    Args:
        graph: A float32 network.
        share: Largest share of multiplications. Defaults to 0.2.

    Returns:
        Indices of operators; none if the first layer alone is larger.
    """
    allowed = share * sum(multiplications(graph, operator) for operator in graph.operators)
    spent, layers = 0, set()
    for number, operator in enumerate(graph.operators):
        spent += multiplications(graph, operator)
        if spent > allowed:
            break
        layers.add(number)
    with_weights = {n for n in layers if multiplications(graph, graph.operators[n])}
    return {n for n in layers if n <= max(with_weights, default=-1)}


def head_layers(graph: Graph) -> set[int]:
    """Find the operators on vectors: pooling, standardization, dense layers, softmax.

    Rounding errors no longer average out there, and there is little to compute: an integer head
    doubles the divergence of the scores of MobileNetV2 0.35. The deviations of a feature map from
    its mean, which are pooled, belong to it.
    """
    head = {
        number
        for number, operator in enumerate(graph.operators)
        if all(len(graph.tensors[index].shape) <= 2 for index in operator.outputs)
    }
    readers: dict[int, set[int]] = {}
    for number, operator in enumerate(graph.operators):
        for index in operator.inputs:
            readers.setdefault(index, set()).add(number)
    for number, operator in reversed(list(enumerate(graph.operators))):
        read = set().union(*(readers.get(index, set()) for index in operator.outputs))
        if graph.kind(operator) in _OF_DEVIATIONS and read and read <= head:
            head.add(number)
    return head


def blocks(graph: Graph, taken: set[int]) -> list[set[int]]:
    """Split the other operators into runs with about equal numbers of layers with weights.

    Args:
        graph: A float32 network.
        taken: Operators that already are in float.

    Returns:
        At most 8 sets of indices, in order of execution.
    """
    rest = [number for number in range(len(graph.operators)) if number not in taken]
    weighted = [number for number in rest if multiplications(graph, graph.operators[number])]
    size = max(1, math.ceil(len(weighted) / _BLOCKS))
    bounds = [*weighted[::size], len(graph.operators)]
    return [
        {number for number in rest if start <= number < end}
        for start, end in itertools.pairwise(bounds)
    ]


def multiplications(graph: Graph, operator: Any) -> int:
    """Count the multiplications of one convolution or dense layer; 0 for any other operator."""
    kind = graph.kind(operator)
    if kind not in (Kind.CONV_2D, Kind.DEPTHWISE_CONV_2D, Kind.FULLY_CONNECTED):
        return 0
    kernel = graph.tensors[operator.inputs[1]].shape
    result = math.prod(graph.tensors[operator.outputs[0]].shape)
    if kind == Kind.DEPTHWISE_CONV_2D:
        return result * math.prod(kernel[1:3])
    return result * math.prod(kernel[1:])
