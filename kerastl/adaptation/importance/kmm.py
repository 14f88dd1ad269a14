"""Source weights by kernel mean matching (KMM)."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_domains
from kerastl.adaptation.importance.gaussian_kernel import (
    gaussian,
    median_distance,
    squared_distances,
)
from kerastl.basics.arguments import check_number

# The quadratic programme needs a square matrix of this size, 32 MB.
MAX_ROWS = 2000
_STEPS = 1000
# Mean change of the weights in one step.
_TOLERANCE = 1e-5


def kernel_mean_matching(
    source_features: Any, target_features: Any, largest: float = 1000.0, seed: int = 0
) -> np.ndarray:
    """Weight source examples by kernel mean matching.

    The weights bring the source mean close to the target mean in the feature space of a Gaussian
    kernel, whose width is the median distance (Huang et al. 2006, "Correcting sample selection
    bias by unlabeled data"). The weights have the bounds of the paper, and a mean of exactly 1
    where the paper allows a small deviation. The quadratic programme is solved by accelerated
    projected gradients (Beck and Teboulle 2009). More than 2,000 source examples are divided at
    random into parts that are matched separately. More than 2,000 target examples are sampled.

    Args:
        source_features: Shape `(source examples, features)`.
        target_features: Shape `(target examples, features)`.
        largest: Largest weight of one example, at least 1. Defaults to 1,000, as in the paper.
        seed: Seed of the parts and the sample. Defaults to 0.

    Returns:
        Weights from 0 to `largest`, with mean 1 and shape `(source examples,)`, float64. Many
        are 0.

    Raises:
        ValueError: If the features are not two finite matrices of the same width, or `largest`
            is below 1.

    Example:

    >>> import numpy as np
    >>> source = np.linspace(0, 1, 50)[:, None]
    >>> weights = kernel_mean_matching(source, source[20:])
    >>> bool(weights[20:].sum() > 45)
    True
    """
    source, target = checked_domains(source_features, target_features)
    # The weights have a mean of 1, which a bound below 1 excludes.
    check_number("largest", largest, "[1, inf)")
    generator = np.random.default_rng(seed)
    sampled = target[generator.permutation(len(target))[:MAX_ROWS]]
    weights = np.empty(len(source))
    order = generator.permutation(len(source))
    for part in np.array_split(order, -(-len(source) // MAX_ROWS)):
        weights[part] = _matched(source[part], sampled, largest)
    return weights


def _matched(source: np.ndarray, target: np.ndarray, largest: float) -> np.ndarray:
    """Minimise `w.K.w / 2 - k.w` over `0 <= w <= largest` of mean 1."""
    among, across = squared_distances(source, source), squared_distances(source, target)
    width = median_distance(np.concatenate([among, across], axis=1))
    kernel = gaussian(among, width)
    pull = gaussian(across, width).mean(axis=1) * len(source)
    # The largest row sum bounds the largest eigenvalue, the Lipschitz constant of the gradient.
    step = 1 / kernel.sum(axis=1).max()
    weights = leading = np.ones(len(source))
    momentum = 1.0
    for _ in range(_STEPS):
        moved = _projected(leading - step * (kernel @ leading - pull), largest)
        change = moved - weights
        if np.abs(change).mean() < _TOLERANCE:
            return moved
        # Momentum that points uphill is dropped (O'Donoghue and Candès 2015).
        uphill = (leading - moved) @ change > 0
        following = 1.0 if uphill else (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        leading = moved + (0.0 if uphill else (momentum - 1) / following) * change
        weights, momentum = moved, following
    return weights


def _projected(point: np.ndarray, largest: float) -> np.ndarray:
    """Return the nearest point of mean 1 with all values from 0 to `largest`.

    It is the point minus a constant, clipped to the bounds. The mean falls as the constant grows,
    so the constant is found by root search.
    """
    from scipy.optimize import brentq

    def excess(shift: float) -> float:
        return float(np.clip(point - shift, 0.0, largest).mean() - 1)

    # One less, so that rounding leaves no value below the bound.
    shift = brentq(excess, point.min() - largest - 1.0, point.max(), xtol=1e-12)
    nearest: np.ndarray = np.clip(point - shift, 0.0, largest)
    return nearest
