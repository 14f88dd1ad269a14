"""95 % confidence intervals of metrics, from the results of single examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

Interval = tuple[float, float]

RESAMPLES = 1_000
"""Bootstrap samples of a metric that sums over examples."""
_FEWEST, _MOST_DRAWS, _AT_ONCE = 200, 20_000_000, 2_000_000
_UNKNOWN = (float("nan"), float("nan"))


def share_interval(right: int, total: int) -> Interval:
    """Return the Wilson score interval of a share (Wilson 1927); NaN if the total is 0."""
    if not total:
        return _UNKNOWN
    from scipy.stats import binomtest

    found = binomtest(int(right), int(total)).proportion_ci(method="wilson")
    return float(found.low), float(found.high)


def mean_interval(values: np.ndarray) -> Interval:
    """Return Student's interval of a mean; NaN for fewer than two values."""
    from scipy.stats import t

    if len(values) < 2:
        return _UNKNOWN
    half = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean() - half), float(values.mean() + half)


def bootstrap_interval(samples: np.ndarray, value: float) -> Interval:
    """Return the percentile interval of a metric, moved so that its median is the metric.

    Samples with repeated examples are biased: average precision and the calibration error are
    higher in them than in the data. Without the move, an interval may not hold the metric.

    Args:
        samples: The metric in bootstrap samples; NaN where it is not defined.
        value: The metric in the data.

    Returns:
        Both ends, within the range of the samples and the value; NaN if no sample is known.
    """
    known = samples[~np.isnan(samples)]
    if not len(known) or np.isnan(value):
        return _UNKNOWN
    low, middle, high = np.percentile(known, [2.5, 50, 97.5])
    least, most = min(known.min(), value), max(known.max(), value)
    return float(max(low + value - middle, least)), float(min(high + value - middle, most))


def weights_of_samples(
    examples: int, resamples: int = RESAMPLES, seed: int = 0
) -> Iterator[np.ndarray]:
    """Draw bootstrap samples of the examples (Efron 1979), in blocks that fit into memory.

    Args:
        examples: Number of examples.
        resamples: Number of samples. More than 20,000 examples get fewer, at least 200.
            Defaults to 1,000.
        seed: Seed of the draws. Defaults to 0.

    Yields:
        float64 of shape `(samples of the block, examples)`: how often each example was drawn.
    """
    count = min(resamples, max(_FEWEST, _MOST_DRAWS // examples))
    block = max(1, _AT_ONCE // examples)
    generator = np.random.default_rng(seed)
    for start in range(0, count, block):
        rows = min(block, count - start)
        drawn = np.empty((rows, examples))
        for row in drawn:
            row[:] = np.bincount(generator.integers(examples, size=examples), minlength=examples)
        yield drawn


def resampled_sums(columns: Any, resamples: int = RESAMPLES) -> np.ndarray:
    """Return the sums of columns over bootstrap samples of the examples.

    Args:
        columns: Array or SciPy sparse array of shape `(examples, columns)`.
        resamples: As for `weights_of_samples`.

    Returns:
        float64 of shape `(samples, columns)`.

    Example:

    >>> bool((resampled_sums(np.ones((5, 2))) == 5).all())
    True
    """
    blocks = weights_of_samples(columns.shape[0], resamples)
    return np.concatenate([np.asarray(weights @ columns) for weights in blocks])


def harmonic_means(right: np.ndarray, given: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Return F1 from counts of right, given and true labels; NaN where there is no true one."""
    return np.where(true > 0, 2 * right / np.maximum(given + true, 1), np.nan)


def ratios(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part divided by whole; NaN where the whole is 0."""
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)


def mean_of_known(rows: np.ndarray) -> np.ndarray:
    """Return the mean of each row over the values that are not NaN; NaN if all are."""
    known = ~np.isnan(rows)
    return ratios(np.where(known, rows, 0.0).sum(axis=1), known.sum(axis=1))
