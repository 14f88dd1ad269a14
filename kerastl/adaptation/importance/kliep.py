"""Source weights by the Kullback-Leibler importance estimation procedure (KLIEP)."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_domains
from kerastl.adaptation.importance.gaussian_kernel import (
    gaussian,
    median_distance,
    squared_distances,
)

# As in the paper. More centres cost more and hardly change the weights.
_CENTRES = 100
# Relative to the median distance to the centres.
_RELATIVE_WIDTHS = (0.25, 0.5, 1.0, 2.0, 4.0)
_FOLDS = 5
# In nats of log-likelihood; differences between widths are far larger.
_TOLERANCE = 1e-3
_STEPS = 2000
# Smaller similarities count as 0, since their inverses would overflow.
_UNREACHED = 1e-100


def kliep(source_features: Any, target_features: Any, seed: int = 0) -> np.ndarray:
    """Weight source examples by the Kullback-Leibler importance estimation procedure.

    The ratio of target to source density is modelled as a mixture of Gaussian kernels around at
    most 100 target examples. The mixture maximises the likelihood of the target among mixtures of
    mean 1 over the source (Sugiyama et al. 2008, "Direct importance estimation for covariate
    shift adaptation"). The kernel width maximises the likelihood of held-out target examples.
    Gaussian kernels are uninformative above some tens of dimensions: pass bottleneck features or
    principal components, not raw counts.

    Args:
        source_features: Shape `(source examples, features)`.
        target_features: Shape `(target examples, features)`, at least four examples.
        seed: Seed of the choice of centres and of the folds. Defaults to 0.

    Returns:
        Non-negative weights of mean 1 and shape `(source examples,)`, float64.

    Raises:
        ValueError: If the features are not two finite matrices of the same width, or there are
            fewer than four target examples.

    Example:

    >>> import numpy as np
    >>> source = np.linspace(0, 1, 50)[:, None]
    >>> weights = kliep(source, source[20:])
    >>> bool(weights[45] > weights[5])
    True
    """
    source, target = checked_domains(source_features, target_features)
    if len(target) < 4:
        raise ValueError(
            "KLIEP holds out target examples to choose the kernel width: pass at least 4. "
            f"Received: target_features of shape {target.shape}"
        )
    order = np.random.default_rng(seed).permutation(len(target))
    # A centre has similarity 1 to itself at any width, so centres cannot be used to choose it.
    count = min(_CENTRES, len(target) // 2)
    centres, others = target[order[:count]], target[order[count:]]
    to_source, to_others = squared_distances(source, centres), squared_distances(others, centres)
    to_centres = squared_distances(centres, centres)
    # Distances from the source are included, so that the largest kernels reach the source.
    median = median_distance(np.concatenate([to_source, to_others]))
    scored = []
    for width in median * np.array(_RELATIVE_WIDTHS):
        on_source, on_others, on_centres = (
            gaussian(squares, width) for squares in (to_source, to_others, to_centres)
        )
        factors = _factors(on_source)
        kernels = (on_source * factors, on_others * factors, on_centres * factors)
        scored.append((_held_out_likelihood(*kernels[1:]), kernels))
    on_source, on_others, on_centres = max(scored, key=lambda pair: pair[0])[1]
    weights = on_source @ _mixture(np.concatenate([on_others, on_centres]))
    scaled: np.ndarray = weights / weights.mean()
    return scaled


def _factors(on_source: np.ndarray) -> np.ndarray:
    """Return the factor that gives each kernel mean 1 over the source, or 0 if it is too far."""
    means = on_source.mean(axis=0)
    return np.divide(1.0, means, out=np.zeros_like(means), where=means > _UNREACHED)


def _held_out_likelihood(on_others: np.ndarray, on_centres: np.ndarray) -> float:
    """Return the cross-validated mean log ratio of target examples that are not centres."""
    fold_of = np.arange(len(on_others)) % min(_FOLDS, len(on_others))
    total = 0.0
    for fold in range(fold_of.max() + 1):
        fitted = np.concatenate([on_others[fold_of != fold], on_centres])
        ratio = on_others[fold_of == fold] @ _mixture(fitted)
        total += float(np.log(np.maximum(ratio, _UNREACHED)).sum())
    return total / len(on_others)


def _mixture(on_target: np.ndarray) -> np.ndarray:
    """Return the mixture proportions that maximise the likelihood of target examples.

    If each kernel has mean 1 over the source, KLIEP's constraint is that proportions sum to 1. The
    optimum is then the maximum-likelihood mixture, which expectation maximisation finds without a
    step size. The largest mean responsibility bounds the distance to the maximum.
    """
    proportions = np.full(on_target.shape[1], 1 / on_target.shape[1])
    for _ in range(_STEPS):
        density = np.maximum(on_target @ proportions, _UNREACHED)
        gain = (1 / density) @ on_target / len(on_target)
        if gain.max() < 1 + _TOLERANCE:
            break
        proportions *= gain
        proportions /= proportions.sum()
    return proportions
