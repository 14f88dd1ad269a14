"""Weights and activations in int8."""

from typing import Any

import numpy as np

from kerastl.artifacts.litert.bias_correction import correct_biases
from kerastl.artifacts.litert.graph import Graph, Kind
from kerastl.artifacts.litert.observation import Observation
from kerastl.artifacts.litert.quantizer import quantize, table_ranges

# One example in a hundred may have its extremes cut: without that, one odd picture widens the
# steps for all (MobileNetV2 0.35 on trashnet6: agreement .953 -> .967).
_CLIPPED = 0.01


def make_int8(content: bytes, observation: Observation | None) -> bytes:
    """Quantize weights and activations with ranges seen on real examples.

    Convolutional networks become integer from end to end, `uint8` pixels in and float32 scores
    out. Where there is attention, linear layers and embedding tables become integer, and softmax
    and normalization stay in float: their outliers, and the attention mask, leave too few steps
    for the rest (MiniLM on rt_polarity: agreement .85 in whole, .95 so).

    Args:
        content: A float32 `.tflite` file.
        observation: Values of real examples.

    Returns:
        The smaller file.

    Raises:
        ValueError: If there is no observation.
    """
    if observation is None:
        raise ValueError("int8 needs calibration examples. Received: None")
    graph = Graph(content)
    attends = any(graph.of_kinds(Kind.BATCH_MATMUL))
    ranges = observation.ranges(clipped=0.0 if attends else _CLIPPED)
    ranges |= table_ranges(graph, Kind.GATHER)
    for name, observed in ranges.items():
        if "pixels" in name:
            # Exactly one step per pixel value: a caller hands over bytes as they are.
            observed["min"] = np.zeros_like(observed["min"])
            observed["max"] = np.full_like(observed["max"], 255.0)
    weighted = (Kind.CONV_2D, Kind.DEPTHWISE_CONV_2D, Kind.FULLY_CONNECTED)
    corrected = correct_biases(content, observation.means, kinds=weighted)
    return quantize(corrected, _recipe(attends), ranges)


def _recipe(attends: bool) -> Any:
    from ai_edge_quantizer import qtyping, recipe_manager
    from ai_edge_quantizer.algorithm_manager import AlgorithmName

    operation = qtyping.TFLOperationName
    recipe = recipe_manager.RecipeManager()
    if attends:
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
    return recipe
