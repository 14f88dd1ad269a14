"""Heat maps from the output of a stage and its gradient."""

from __future__ import annotations

import math

import numpy as np


def heat_map(activation: np.ndarray, gradient: np.ndarray) -> np.ndarray | None:
    """Return how much each place of a stage raises the score.

    The sum over channels of activation times gradient, negative values set to 0 (HiResCAM,
    Draelos and Carin 2020). For the last feature map before average pooling and a linear head,
    it is the class activation map of Zhou et al. 2016.

    Args:
        activation: Output of the stage for one image: `(height, width, channels)`, or the tokens
            of a Vision Transformer, `(tokens, channels)`.
        gradient: Gradient of the score, of the same shape.

    Returns:
        float32 of shape `(height, width)` with a maximum of 1; None if the stage has no places, or
        no place raises the score.

    Example:

    >>> heat_map(np.array([[[1.0], [2.0]]]), np.array([[[1.0], [-1.0]]])).tolist()
    [[1.0, 0.0]]
    """
    raised = (activation.astype("float64") * gradient).sum(axis=-1)
    if raised.ndim == 1:
        side = math.isqrt(raised.shape[0])
        # Class and register tokens come before those of the patches.
        raised = raised[-side * side :].reshape(side, side)
    if raised.ndim != 2 or min(raised.shape) == 1 == max(raised.shape):
        return None
    raised = np.maximum(raised, 0.0)
    highest = raised.max()
    return None if highest <= 0 else (raised / highest).astype("float32")


def resized(heat: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return a heat map in another size, bilinear.

    Args:
        heat: Shape `(height, width)`, values from 0 to 1.
        size: New `(height, width)`.
    """
    from PIL import Image

    image = Image.fromarray(heat.astype("float32"))
    return np.asarray(image.resize(size[::-1], Image.Resampling.BILINEAR))
