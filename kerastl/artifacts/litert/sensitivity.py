"""Find the layers that quantization harms most."""

from collections.abc import Callable, Collection

import numpy as np

from kerastl.artifacts.litert.float_layers import blocks
from kerastl.artifacts.litert.graph import Graph
from kerastl.artifacts.litert.observation import Observation
from kerastl.artifacts.litert.runner import LiteRTModel

# Two of eight runs of layers: with more in float, quantization gains little.
_KEPT = 2


def most_sensitive(
    content: bytes,
    observation: Observation,
    make: Callable[..., bytes],
    in_float: Collection[int] = (),
) -> set[int]:
    """Find the layers that, left in float, bring the scores closest to the model's.

    Layers are tried in at most eight runs of neighbours, so that a large network takes no longer
    than a small one and few conversions between integers and float are added.

    Args:
        content: A float32 `.tflite` file.
        observation: Values of calibration examples, and some of the examples.
        make: Makes a variant; takes `in_float`.
        in_float: Operators that `make` always leaves in float.

    Returns:
        Indices of the operators in the two most sensitive runs.
    """
    expected = _comparable(content, observation)

    def error(run: set[int]) -> float:
        made = make(content, observation, in_float=run)
        return float(np.square(_comparable(made, observation) - expected).mean())

    runs = blocks(Graph(content), set(in_float))
    return set().union(*sorted(runs, key=error)[:_KEPT])


def _comparable(content: bytes, observation: Observation) -> np.ndarray:
    scores = LiteRTModel(content, threads=2).predict(observation.examples)
    # Small probabilities matter by their ratio; other outputs may be negative.
    return np.log(scores + 1e-6) if scores.min() >= 0 else scores
