"""The float16 variant: weights of half the size."""

import numpy as np

from kerastl.artifacts.litert.graph import Graph, Kind
from kerastl.artifacts.litert.observation import Observation

# Smaller constants save nothing: biases and masks stay exact.
_SMALL = 1024


def make_float16(content: bytes, observation: Observation | None = None) -> bytes:
    """Store large constants as float16; the runtime widens them once, when it loads the file.

    The same layout as TensorFlow's converter writes, without a second conversion.
    ai-edge-quantizer's `float_casting` leaves embedding tables at full size: 68 MB instead of 45
    for a MiniLM.

    Args:
        content: A float32 `.tflite` file.
        observation: Not used.

    Returns:
        The smaller file.
    """
    graph = Graph(content)
    widened: dict[int, int] = {}
    first = []
    for operator in graph.operators:
        for position, index in enumerate(operator.inputs):
            values = graph.constant(index) if index >= 0 else None
            if values is None or values.size < _SMALL:
                continue
            if np.abs(values).max() > np.finfo(np.float16).max:
                continue
            if index not in widened:
                name = graph.name(index)
                half = graph.add_constant(f"{name}/float16", values.astype(np.float16))
                widened[index] = graph.add_result(f"{name}/widened", values.shape)
                first.append(graph.make_operator(Kind.DEQUANTIZE, [half], [widened[index]]))
            operator.inputs[position] = widened[index]
    graph.operators[:0] = first
    return graph.to_bytes()
