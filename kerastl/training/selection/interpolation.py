"""Interpolation between the weights before and after fine-tuning."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import keras
import numpy as np

Measured = TypeVar("Measured")
Weights = list[np.ndarray]

SHARES = (0.25, 0.5, 0.75)
"""Shares of the tuned weights that are tried."""


def best_interpolation(
    first: Weights,
    tuned: Weights,
    loss: float,
    measure: Callable[[Weights], tuple[float, Measured]],
    shares: Sequence[float] = SHARES,
) -> tuple[float, Measured | None]:
    """Find the mixture of two sets of weights with the lowest loss (Wortsman et al. 2022, WiSE-FT).

    Between pre-trained and fine-tuned weights the loss often has its minimum: fine-tuning goes too
    far on few examples. The search trains nothing.

    Args:
        first: Weights before the fine-tuning, as `keras.Model.get_weights` returns them.
        tuned: Weights after it.
        loss: Loss of the tuned weights.
        measure: Function that measures a mixture; returns its loss and a result.
        shares: Shares of the tuned weights to try. Defaults to `SHARES`.

    Returns:
        The share of the tuned weights, and the result of `measure` for the mixture; 1 and None if
        the tuned weights have the lowest loss.

    Example:

    >>> import numpy as np
    >>> first, tuned = [np.array([0.0])], [np.array([4.0])]
    >>> best_interpolation(first, tuned, 3.0, lambda w: (float(abs(w[0] - 1)[0]), w))
    (0.25, [array([1.])])
    """
    best, lowest, known = 1.0, loss, None
    for share in shares:
        mixture = [mixed(a, b, share) for a, b in zip(first, tuned, strict=True)]
        found, measured = measure(mixture)
        if found < lowest:
            best, lowest, known = share, found, measured
    return best, known


def mixed(weight: np.ndarray, other: np.ndarray, share: float) -> np.ndarray:
    """Return the mean of a weight and another one, which has the given share."""
    # Integer counters cannot be averaged: the first one stays.
    if not keras.backend.is_float_dtype(weight.dtype.name):
        return weight
    return (weight + (other - weight) * np.asarray(share, weight.dtype)).astype(weight.dtype)
