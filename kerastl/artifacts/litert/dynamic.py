"""The dynamic variant: int8 weights, activations quantized at run time."""

import re
from collections.abc import Collection

from kerastl.artifacts.litert.bias_correction import correct_biases
from kerastl.artifacts.litert.graph import Graph, Kind
from kerastl.artifacts.litert.observation import Observation
from kerastl.artifacts.litert.quantizer import quantize, table_ranges


def make_dynamic(
    content: bytes, observation: Observation | None = None, *, in_float: Collection[int] = ()
) -> bytes:
    """Quantize the weights; activations are quantized on the fly, example by example.

    Depthwise kernels stay in float: they are 3 % of a MobileNetV2's weights, and their dynamic
    kernels take three times as long. Embedding tables become int8 as well.

    Args:
        content: A float32 `.tflite` file.
        observation: Values of calibration examples, for bias correction. Defaults to none.
        in_float: Indices of operators whose weights stay in float.

    Returns:
        The smaller file.
    """
    from ai_edge_quantizer import qtyping, recipe_manager
    from ai_edge_quantizer.algorithm_manager import AlgorithmName

    operation = qtyping.TFLOperationName
    recipe = recipe_manager.RecipeManager()
    recipe.add_dynamic_config(".*", operation.ALL_SUPPORTED, num_bits=8)
    recipe.add_quantization_config(
        ".*", operation.DEPTHWISE_CONV_2D, algorithm_key=AlgorithmName.NO_QUANTIZE
    )
    graph = Graph(content)
    for number in sorted(in_float):
        scope = f"^{re.escape(graph.name(graph.operators[number].outputs[0]))};?$"
        recipe.add_quantization_config(
            scope, operation.ALL_SUPPORTED, algorithm_key=AlgorithmName.NO_QUANTIZE
        )
    tables = table_ranges(graph, Kind.GATHER)
    if tables:
        # No dynamic lookup exists; a static one needs only the table's own range.
        recipe.add_static_config(".*", operation.GATHER, activation_num_bits=8, weight_num_bits=8)
    if observation is not None:
        kinds = (Kind.CONV_2D, Kind.FULLY_CONNECTED)
        content = correct_biases(content, observation.means, kinds, skip=in_float)
    return quantize(content, recipe, tables)
