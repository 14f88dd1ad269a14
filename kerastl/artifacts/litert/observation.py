"""Measure the values inside a float32 file on calibration examples."""

import warnings
from dataclasses import dataclass

import numpy as np

from kerastl.artifacts.litert.graph import Graph

# With 256 values from each of 200 examples, the error of a range is known to a few percent.
_SAMPLED = 256
_EXAMPLES = 32


@dataclass(frozen=True)
class Observation:
    """Statistics of every computed float32 tensor, by tensor name.

    Attributes:
        lows: Smallest value in each example, shape `(examples, 1, ...)`.
        highs: Largest value in each example, likewise.
        samples: Values drawn from each example, at most 256 of it, shape `(values,)`.
        means: Mean over examples and positions of each channel, shape `(channels,)`.
        examples: The inputs of at most 32 of the examples, by input name.
    """

    lows: dict[str, np.ndarray]
    highs: dict[str, np.ndarray]
    samples: dict[str, np.ndarray]
    means: dict[str, np.ndarray]
    examples: dict[str, np.ndarray]


def observe(content: bytes, inputs: dict[str, np.ndarray], threads: int = 2) -> Observation:
    """Run examples through a file and record the values of every tensor.

    ai-edge-quantizer has its own calibration, a moving average of extremes: it depends on the
    order of the examples, cuts off the input's own range and knows no means.

    Args:
        content: A float32 `.tflite` file.
        inputs: Examples by input name, each of shape `(N, ...)`.
        threads: Threads of the interpreter. Defaults to 2.

    Returns:
        The statistics.
    """
    from ai_edge_litert.interpreter import Interpreter

    graph = Graph(content)
    with warnings.catch_warnings():
        # It warns of the memory that keeping every tensor takes, which is only for seconds.
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
    random = np.random.default_rng(0)
    lows: dict[str, list[np.ndarray]] = {}
    highs: dict[str, list[np.ndarray]] = {}
    samples: dict[str, list[np.ndarray]] = {}
    sums: dict[str, np.ndarray] = {}
    count = len(next(iter(inputs.values())))
    for number in range(count):
        run(**{name: values[number : number + 1] for name, values in inputs.items()})
        for name, index in watched:
            try:
                value = interpreter.get_tensor(index)
            except ValueError:  # Temporary tensors of a kernel hold no data.
                continue
            if value.ndim and value.size:
                lows.setdefault(name, []).append(value.min(keepdims=True))
                highs.setdefault(name, []).append(value.max(keepdims=True))
                samples.setdefault(name, []).append(_drawn(value.ravel(), random))
                sums[name] = sums.get(name, np.zeros(1)) + _channel_means(value)
    apart = np.linspace(0, count - 1, min(count, _EXAMPLES)).round().astype(int)
    return Observation(
        lows={name: np.stack(values) for name, values in lows.items()},
        highs={name: np.stack(values) for name, values in highs.items()},
        samples={name: np.concatenate(values) for name, values in samples.items()},
        means={name: total / count for name, total in sums.items()},
        examples={name: values[apart] for name, values in inputs.items()},
    )


def _drawn(values: np.ndarray, random: np.random.Generator) -> np.ndarray:
    if values.size <= _SAMPLED:
        return values.copy()
    return values[random.integers(0, values.size, _SAMPLED)]


def _channel_means(values: np.ndarray) -> np.ndarray:
    rows = values.reshape(-1, values.shape[-1])
    # A product of matrices is several times faster than a mean along the first axis.
    return np.full(len(rows), 1 / len(rows), values.dtype) @ rows
