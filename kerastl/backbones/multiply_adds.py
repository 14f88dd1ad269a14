"""Count the multiply-adds of a network."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

_KERNELS = ("kernel", "depthwise_kernel", "pointwise_kernel")


def multiply_adds(model: keras.Model) -> int:
    """Count the multiply-adds of a functional model for one example.

    Layers with a kernel count, which are almost all of a convolutional network's computation:
    each number of the kernel is used once for each position of the output. Products of two
    activations, as in attention, do not count. Sizes that depend on the input count as 1.

    Args:
        model: A functional model, or one made of stages.

    Example:

    >>> import keras
    >>> pixels = keras.Input((4, 4, 3))
    >>> multiply_adds(keras.Model(pixels, keras.layers.Conv2D(2, 1)(pixels)))
    96
    """
    from kerastl.backbones.graph import nodes_in_order
    from kerastl.backbones.stage import Stage

    total = 0
    for node in nodes_in_order(getattr(model, "_functional", None) or model):
        operation = node.operation
        if isinstance(operation, Stage):
            total += multiply_adds(operation.model)
        elif hasattr(operation, "_nodes_by_depth") or hasattr(operation, "_functional"):
            total += multiply_adds(operation)
        else:
            total += _of_layer(operation, node.output_tensors[0].shape)
    return total


def _of_layer(layer: Any, shape: tuple[int | None, ...]) -> int:
    kernels = (getattr(layer, name, None) for name in _KERNELS)
    sizes = [math.prod(kernel.shape) for kernel in kernels if kernel is not None]
    return sum(sizes) * math.prod(size or 1 for size in shape[1:-1])
