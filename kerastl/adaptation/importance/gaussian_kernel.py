"""Gaussian kernels of pairs of examples, and the choice of their width."""

import numpy as np


def squared_distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return squared Euclidean distances, shape `(first examples, second examples)`."""
    from sklearn.metrics.pairwise import euclidean_distances

    distances: np.ndarray = euclidean_distances(first, second, squared=True).astype("float64")
    return distances


def gaussian(squares: np.ndarray, width: float) -> np.ndarray:
    """Return the Gaussian kernel of squared distances, with standard deviation `width`."""
    similarities: np.ndarray = np.exp(squares / (-2 * width**2))
    return similarities


def median_distance(squares: np.ndarray) -> float:
    """Return the median of the nonzero distances, or 1 if all are zero."""
    apart = squares[squares > 0]
    return float(np.sqrt(np.median(apart))) if apart.size else 1.0
