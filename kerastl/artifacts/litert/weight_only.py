"""The weight-only variants: int8 or int4 weights, float arithmetic."""

import re
from collections.abc import Collection

from kerastl.artifacts.litert.bias_correction import correct_biases
from kerastl.artifacts.litert.graph import Graph, Kind
from kerastl.artifacts.litert.observation import Observation
from kerastl.artifacts.litert.quantizer import quantize, table_ranges


def make_weight_only(
    content: bytes, observation: Observation | None = None, *, in_float: Collection[int] = ()
) -> bytes:
    """Store weights in int8, one scale for each output channel, and widen them to compute.

    Args:
        content: A float32 `.tflite` file.
        observation: Values of calibration examples, for bias correction. Defaults to none.
        in_float: Indices of operators whose weights stay in float.

    Returns:
        A file of about a quarter of the size, as fast as float32.
    """
    return _with_small_weights(content, observation, in_float, bits=8)


def make_int4(
    content: bytes, observation: Observation | None = None, *, in_float: Collection[int] = ()
) -> bytes:
    """Store the weights of convolutions and linear layers in int4, and widen them to compute.

    Depthwise kernels and embedding tables are int8: kernels are small and lose most, and LiteRT
    has no int4 lookup for tables.

    Args:
        content: A float32 `.tflite` file.
        observation: Values of calibration examples, for bias correction. Defaults to none.
        in_float: Indices of operators whose weights stay in float.

    Returns:
        The smaller file. Small networks usually need quantization-aware training to pass.
    """
    return _with_small_weights(content, observation, in_float, bits=4)


def _with_small_weights(
    content: bytes, observation: Observation | None, in_float: Collection[int], bits: int
) -> bytes:
    from ai_edge_quantizer import qtyping, recipe_manager
    from ai_edge_quantizer.algorithm_manager import AlgorithmName

    operation = qtyping.TFLOperationName
    graph = Graph(content)
    recipe = recipe_manager.RecipeManager()
    for name in (operation.CONV_2D, operation.FULLY_CONNECTED):
        recipe.add_weight_only_config(".*", name, num_bits=bits)
    recipe.add_weight_only_config(".*", operation.DEPTHWISE_CONV_2D, num_bits=8)
    tables = table_ranges(graph, Kind.GATHER)
    if tables:
        recipe.add_static_config(".*", operation.GATHER, activation_num_bits=8, weight_num_bits=8)
    for number in sorted(in_float):
        scope = f"^{re.escape(graph.name(graph.operators[number].outputs[0]))};?$"
        recipe.add_quantization_config(
            scope, operation.ALL_SUPPORTED, algorithm_key=AlgorithmName.NO_QUANTIZE
        )
    if observation is not None:
        wide = (Kind.CONV_2D, Kind.FULLY_CONNECTED)
        content = correct_biases(content, observation.means, wide, skip=in_float, bits=bits)
        content = correct_biases(
            content, observation.means, (Kind.DEPTHWISE_CONV_2D,), skip=in_float
        )
    return quantize(content, recipe, tables)
