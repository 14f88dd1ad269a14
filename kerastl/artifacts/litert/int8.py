"""The int8 variant: int8 weights and activations."""

import re
from collections.abc import Collection
from typing import Any

import numpy as np

from kerastl.artifacts.litert.bias_correction import correct_biases
from kerastl.artifacts.litert.float_layers import head_layers, leading_layers
from kerastl.artifacts.litert.graph import Graph, Kind
from kerastl.artifacts.litert.observation import Observation
from kerastl.artifacts.litert.quantizer import quantize, table_ranges
from kerastl.artifacts.litert.ranges import (
    RangeChoice,
    Ranges,
    least_error_ranges,
    widest_ranges,
)

WEIGHTED = (Kind.CONV_2D, Kind.DEPTHWISE_CONV_2D, Kind.FULLY_CONNECTED)


def make_int8(
    content: bytes,
    observation: Observation | None,
    *,
    choose_ranges: RangeChoice = least_error_ranges,
    in_float: Collection[int] = (),
) -> bytes:
    """Quantize weights and activations with ranges measured on calibration examples.

    Convolutional networks take `uint8` pixels and give float32 scores; between, the first layers
    and the head compute in float, all others in integers. Where there is attention, linear layers
    and embedding tables become integer, and softmax and normalization stay in float: their
    outliers, and the attention mask, leave too few steps for the rest (MiniLM on rt_polarity:
    agreement .85 in whole, .95 so).

    Args:
        content: A float32 `.tflite` file.
        observation: Values of calibration examples.
        choose_ranges: How ranges of activations are chosen. A network with attention always gets
            the widest ranges.
        in_float: Indices of more operators that stay in float.

    Returns:
        The smaller file.

    Raises:
        ValueError: If there is no observation.
    """
    if observation is None:
        raise ValueError("int8 needs calibration examples: pass them. Received: observation=None")
    graph = Graph(content)
    ranges = byte_ranges(observation, widest_ranges if attends(graph) else choose_ranges)
    ranges |= table_ranges(graph, Kind.GATHER)
    kept = set(in_float) | base_float_layers(graph)
    # In the head only weights are rounded: its biases are corrected too.
    unrounded = kept - head_layers(graph)
    corrected = correct_biases(content, observation.means, WEIGHTED, skip=unrounded)
    return quantize(corrected, _recipe(graph, kept), ranges)


def byte_ranges(observation: Observation, choose_ranges: RangeChoice) -> Ranges:
    """Choose ranges of activations; pixels have one step each, so that bytes stay as they are."""
    ranges = choose_ranges(observation)
    for name, observed in ranges.items():
        if "pixels" in name:
            observed["min"] = np.zeros_like(observed["min"])
            observed["max"] = np.full_like(observed["max"], 255.0)
    return ranges


def attends(graph: Graph) -> bool:
    """Return whether a network has attention."""
    return any(graph.of_kinds(Kind.BATCH_MATMUL))


def base_float_layers(graph: Graph) -> set[int]:
    """Return the operators of a convolutional network that are in float in every candidate."""
    return set() if attends(graph) else leading_layers(graph) | head_layers(graph)


def _recipe(graph: Graph, in_float: set[int]) -> Any:
    from ai_edge_quantizer import qtyping, recipe_manager
    from ai_edge_quantizer.algorithm_manager import AlgorithmName

    operation = qtyping.TFLOperationName
    recipe = recipe_manager.RecipeManager()
    if attends(graph):
        chosen = [operation.FULLY_CONNECTED, operation.GATHER, operation.CONV_2D]
    else:
        chosen = [operation.ALL_SUPPORTED]
    for name in chosen:
        recipe.add_static_config(".*", name, activation_num_bits=8, weight_num_bits=8)
    recipe.add_quantization_config(
        ".*",
        operation.INPUT,
        qtyping.OpQuantizationConfig(
            activation_tensor_config=qtyping.TensorQuantizationConfig(
                num_bits=8, symmetric=False, dtype=qtyping.TensorDataType.UINT
            ),
            weight_tensor_config=qtyping.TensorQuantizationConfig(num_bits=8),
            compute_precision=qtyping.ComputePrecision.INTEGER,
        ),
    )
    recipe.add_quantization_config(".*", operation.OUTPUT, algorithm_key=AlgorithmName.NO_QUANTIZE)
    head = set() if attends(graph) else head_layers(graph)
    for number in sorted(in_float):
        operator = graph.operators[number]
        # ai-edge-quantizer adds a semicolon to each output's name.
        scope = f"^{re.escape(graph.name(operator.outputs[0]))};?$"
        if number in head and graph.kind(operator) == Kind.FULLY_CONNECTED:
            recipe.add_dynamic_config(scope, operation.FULLY_CONNECTED, num_bits=8)
        else:
            recipe.add_quantization_config(
                scope, operation.ALL_SUPPORTED, algorithm_key=AlgorithmName.NO_QUANTIZE
            )
    return recipe
