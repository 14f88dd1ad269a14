"""What flows through a float32 file when real examples do."""

import warnings
from dataclasses import dataclass

import numpy as np

from kerastl.artifacts.litert.graph import Graph


@dataclass(frozen=True)
class Observation:
    """Values of every computed float32 tensor, by tensor name.

    Attributes:
        lows: Smallest value in each example, shape `(examples, 1, ...)`.
        highs: Largest value in each example, likewise.
        means: Mean over examples and positions of each channel, shape `(channels,)`.
    """

    lows: dict[str, np.ndarray]
    highs: dict[str, np.ndarray]
    means: dict[str, np.ndarray]

    def ranges(self, clipped: float = 0.0) -> dict[str, dict[str, np.ndarray]]:
        """Choose the range of each tensor, in the form ai-edge-quantizer takes.

        Args:
            clipped: Share of examples whose extreme values may lie outside.

        Returns:
            `{"min": ..., "max": ...}` by tensor name.
        """
        return {
            name: {
                "min": np.quantile(self.lows[name], clipped, axis=0),
                "max": np.quantile(self.highs[name], 1.0 - clipped, axis=0),
            }
            for name in self.lows
        }


def observe(content: bytes, inputs: dict[str, np.ndarray], threads: int = 2) -> Observation:
    """Run examples through a file and look at every tensor.

    ai-edge-quantizer has its own calibration, a moving average of extremes: it depends on the
    order of the examples, cuts off the input's own range and knows no means.

    Args:
        content: A float32 `.tflite` file.
        inputs: Examples by input name, each of shape `(N, ...)`.
        threads: Threads of the interpreter.

    Returns:
        What was seen.
    """
    from ai_edge_litert.interpreter import Interpreter

    graph = Graph(content)
    with warnings.catch_warnings():
        # It warns of memory: for a few seconds that is the price of seeing every tensor.
        warnings.simplefilter("ignore", UserWarning)
        interpreter = Interpreter(
            model_content=content, num_threads=threads, experimental_preserve_all_tensors=True
        )
    interpreter.allocate_tensors()
    run = interpreter.get_signature_runner()
    watched = [
        (detail["name"], detail["index"])
        for detail in interpreter.get_tensor_details()
        if detail["dtype"] == np.float32
        and detail["index"] < len(graph.tensors)
        and graph.is_computed(detail["index"])
    ]
    lows: dict[str, list[np.ndarray]] = {}
    highs: dict[str, list[np.ndarray]] = {}
    sums: dict[str, np.ndarray] = {}
    count = len(next(iter(inputs.values())))
    for number in range(count):
        run(**{name: values[number : number + 1] for name, values in inputs.items()})
        for name, index in watched:
            try:
                value = interpreter.get_tensor(index)
            except ValueError:  # A tensor that kernels keep to themselves holds no data.
                continue
            if value.ndim and value.size:
                lows.setdefault(name, []).append(value.min(keepdims=True))
                highs.setdefault(name, []).append(value.max(keepdims=True))
                mean = value.reshape(-1, value.shape[-1]).mean(axis=0, dtype=np.float64)
                sums[name] = sums.get(name, np.zeros(1)) + mean
    return Observation(
        lows={name: np.stack(values) for name, values in lows.items()},
        highs={name: np.stack(values) for name, values in highs.items()},
        means={name: total / count for name, total in sums.items()},
    )
