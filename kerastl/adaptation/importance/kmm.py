"""Weights of source examples that match the mean of target in a kernel's feature space."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_domains
from kerastl.adaptation.importance.gaussian_kernel import (
    gaussian,
    median_distance,
    squared_distances,
)
from kerastl.basics.arguments import check_number

# The programme holds a matrix of this many rows and columns: 32 MB.
MAX_ROWS = 2000
_STEPS = 1000
# Change of a weight in one step, on average.
_TOLERANCE = 1e-5


def kernel_mean_matching(
    source_features: Any, target_features: Any, largest: float = 1000.0, seed: int = 0
) -> np.ndarray:
    """Weigh source examples by kernel mean matching.

    Their weighted mean comes as near as it can to the target's mean in the feature space of a
    Gaussian kernel whose width is the median distance (Huang et al. 2006, "Correcting sample
    selection bias by unlabeled data"). The quadratic programme has the paper's bounds on each
    weight, and their mean is exactly 1 in place of nearly so; it is solved by accelerated
    projected gradients (Beck and Teboulle 2009). More than 2,000 source examples are divided at
    random into parts that are matched one by one, and of more than 2,000 target examples a
    random sample stands for them.

    Args:
        source_features: Shape `(source examples, features)`.
        target_features: Shape `(target examples, features)`.
        largest: Largest weight of one example, 1 or more. Defaults to the paper's 1,000.
        seed: Seed of parts and sample. Defaults to 0.

    Returns:
        Weights from 0 to `largest`, of mean 1, of shape `(source examples,)`, float64. Many are
        0.

    Raises:
        ValueError: If the features are no two matrices of one width, or not finite, or `largest`
            is below 1.

    Example:

    >>> import numpy as np
    >>> source = np.linspace(0, 1, 50)[:, None]
    >>> weights = kernel_mean_matching(source, source[20:])
    >>> bool(weights[20:].sum() > 45)
    True
    """
    source, target = checked_domains(source_features, target_features)
    # Weights have a mean of 1.
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
    # The largest row sum bounds the largest eigenvalue, and with it the slope's change.
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

    It is the point less one number, cut to the bounds; the sum falls as that number grows.
    """
    from scipy.optimize import brentq

    def excess(shift: float) -> float:
        return float(np.clip(point - shift, 0.0, largest).mean() - 1)

    shift = brentq(excess, point.min() - largest, point.max(), xtol=1e-12)
    nearest: np.ndarray = np.clip(point - shift, 0.0, largest)
    return nearest
