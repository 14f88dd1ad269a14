"""The largest learning rate at which a step of Adam changes no layer by much."""

import math
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from kerastl.training.freezing.freezing import stages

LARGEST_CHANGE = 0.1
"""Largest change of a layer's output in one step, as a share of the output."""
_KERNELS = ("kernel", "depthwise_kernel", "pointwise_kernel")
_PERCENTILE = 90


def stable_rate(model: keras.Model) -> float:
    """Return the largest learning rate at which one step of Adam changes the outputs a little.

    Adam changes every weight by about the learning rate, whatever the size of the weight. The
    changes of all weights of one output add up, so that the output of a layer changes by up to
    `rate * sqrt(inputs) / rms(kernel)` of itself (You et al. 2020, LAMB, divide by the size of the
    weights; Yang et al. 2021, Tensor Programs V, divide Adam's rate by the number of inputs). A
    network without normalization has wide kernels of small weights: this share is 3 for VGG16 at
    3e-4, which diverges, and 0.1 for MobileNetV2 at 3e-4 and for a MiniLM at 1e-4, which do not.

    Args:
        model: A model with its trainable part set; see `train_only`.

    Returns:
        The rate at which this share is `LARGEST_CHANGE` for the 90th percentile of the kernels that
        train; infinity if no stage with a kernel trains.
    """
    shares = [
        math.sqrt(inputs) / size
        for stage in stages(model)
        for inputs, size in _kernels(stage)
        if size > 0
    ]
    return LARGEST_CHANGE / float(np.percentile(shares, _PERCENTILE)) if shares else math.inf


def _kernels(stage: Any) -> Iterator[tuple[int, float]]:
    """Yield the number of inputs and the root mean square of each kernel that trains."""
    for layer in stage._flatten_layers(include_self=False):
        for name in _KERNELS:
            kernel = getattr(layer, name, None)
            if isinstance(kernel, keras.Variable) and kernel.trainable:
                values = keras.ops.convert_to_numpy(kernel).astype("float64")
                yield _inputs(layer, name, values.shape), math.sqrt(np.square(values).mean())


def _inputs(layer: Any, name: str, shape: tuple[int, ...]) -> int:
    """Return the number of inputs that one output of a layer reads."""
    is_depthwise = isinstance(layer, keras.layers.DepthwiseConv1D | keras.layers.DepthwiseConv2D)
    if is_depthwise or name == "depthwise_kernel":
        return math.prod(shape[:-2])
    if isinstance(layer, keras.layers.EinsumDense):
        operands, result = layer.equation.replace("...", "").split("->")
        axes = operands.split(",")[1]
        return math.prod(n for axis, n in zip(axes, shape, strict=True) if axis not in result)
    return math.prod(shape[:-1])
