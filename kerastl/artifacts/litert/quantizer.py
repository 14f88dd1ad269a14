"""Run ai-edge-quantizer without its output, and keep the weights inside the file."""

import contextlib
import io
import warnings
from typing import Any

import numpy as np

from kerastl.artifacts.litert.graph import Graph


def quantize(content: bytes, recipe: Any, ranges: dict[str, dict[str, np.ndarray]]) -> bytes:
    """Apply a quantization recipe.

    Args:
        content: A float32 `.tflite` file.
        recipe: An `ai_edge_quantizer` recipe manager.
        ranges: `{"min": ..., "max": ...}` of the tensors that become integers, by name.

    Returns:
        The quantized file, one self-contained flatbuffer.
    """
    from ai_edge_quantizer import quantizer

    worker = quantizer.Quantizer(content, recipe.get_quantization_recipe())
    # Some of its parts ignore the options that turn progress bars off.
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        # It warns of its memory use, and NumPy of casts. The comparison detects wrong results.
        warnings.simplefilter("ignore")
        result = worker.quantize(ranges, enable_progress_bar=False, enable_progress_report=False)
    graph = Graph(bytes(result.quantized_model))
    graph.compact()
    return graph.to_bytes()


def table_ranges(graph: Graph, kind: int) -> dict[str, dict[str, np.ndarray]]:
    """Return the ranges of lookups in constant tables, which need no calibration."""
    ranges = {}
    for operator in graph.of_kinds(kind):
        table = graph.constant(operator.inputs[0])
        if table is not None:
            shape = (1,) * len(graph.tensors[operator.outputs[0]].shape)
            ranges[graph.name(operator.outputs[0])] = {
                "min": table.min().reshape(shape),
                "max": table.max().reshape(shape),
            }
    return ranges
