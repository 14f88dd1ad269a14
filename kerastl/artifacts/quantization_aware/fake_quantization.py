"""Fake quantization: rounding in the forward pass, straight-through gradients."""

from collections.abc import Sequence
from typing import Any

from keras import ops

# In a byte; the lowest integer of symmetric weights is left out, as LiteRT wants it.
_ACTIVATION_STEPS = 255


def round_weights(kernel: Any, shared_axes: Sequence[int], bits: int) -> Any:
    """Round a kernel to symmetric integers, with one scale for each output channel.

    The gradient passes unchanged (Bengio et al. 2013, "Estimating or
    propagating gradients through stochastic neurons", the straight-through estimator): the scale
    is that of the largest weight, so that none is cut off.

    Args:
        kernel: A tensor.
        shared_axes: Axes along which weights have one scale.
        bits: Bits of a weight, 4 or 8.

    Returns:
        The multiples of the scales, in the kernel's shape.

    Example:

    >>> round_weights(ops.array([[0.5, 1.0], [7.0, 7.0]]), [0], bits=4).numpy().tolist()
    [[0.0, 1.0], [7.0, 7.0]]
    """
    steps = 2 ** (bits - 1) - 1
    largest = ops.max(ops.abs(kernel), axis=tuple(shared_axes), keepdims=True)
    scale = ops.maximum(largest, 1e-12) / steps
    rounded = ops.clip(ops.round(kernel / scale), -steps, steps) * scale
    return kernel + ops.stop_gradient(rounded - kernel)


def round_activations(values: Any, low: Any, high: Any) -> Any:
    """Round a tensor to the 256 values of an 8-bit range.

    The gradient is 1 within the range and 0 where it cuts off (Jacob et al. 2018, "Quantization
    and training of neural networks for efficient integer-arithmetic-only inference", section 3).

    Args:
        values: A tensor.
        low: Lower end of the range, one number.
        high: Upper end, one number. Zero is always a step of its own, since padding has it.

    Returns:
        The values that the nearest bytes stand for.
    """
    low, high = ops.minimum(low, 0.0), ops.maximum(high, 0.0)
    scale = ops.maximum(high - low, 1e-12) / _ACTIVATION_STEPS
    zero = ops.round(-low / scale)
    # Multiplied out of the bounds of the integers, so that a value at an end is not cut off.
    within = ops.clip(values, -zero * scale, (_ACTIVATION_STEPS - zero) * scale)
    rounded = ops.round(within / scale) * scale
    return within + ops.stop_gradient(rounded - within)
