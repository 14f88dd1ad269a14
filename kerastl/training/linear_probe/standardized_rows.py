"""Centred and scaled features, and their rotation to uncorrelated coordinates."""

from typing import Any

import numpy as np

from kerastl.heads.finite_features import finite_mean
from kerastl.training.linear_probe.multinomial import CHUNK, Rotation


class StandardizedRows:
    """Centre features and divide them by one root mean square, float32.

    One scale for all features keeps their relative sizes, which carry information in pre-trained
    features. It makes the grid of penalties independent of the backbone.

    Args:
        features: Shape `(examples, features)`: an array, or an object that returns arrays for
            slices and row numbers.

    Attributes:
        centre: The mean, shape `(features,)`, float64.
        scale: The root mean square about it.

    Raises:
        ValueError: If features are not finite.

    Example:

    >>> StandardizedRows(np.array([[1.0], [5.0]]))[:].tolist()
    [[-1.0], [1.0]]
    """

    def __init__(self, features: Any) -> None:
        self._features = features
        self.centre, self.scale = _measured(features)
        self._centre = self.centre.astype("float32")
        self._factor = np.float32(1 / self.scale)

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        given: np.ndarray = self._features[rows] - self._centre
        given = given.astype("float32", copy=False)
        given *= self._factor
        return given


def turned(points: np.ndarray, weights: np.ndarray) -> tuple[Rotation, np.ndarray]:
    """Return the rotation to uncorrelated coordinates, and the points in them.

    With fewer points than features these are coordinates of the space that the points span. The
    penalised solution lies in that space (the representer theorem) and a rotation changes no
    length, so the solution is the same and its cost grows with the examples, not the features.
    """
    if len(points) < points.shape[1]:
        left, sizes, axes = np.linalg.svd(points, full_matrices=False)
        return Rotation(axes.T, np.square(sizes) / len(points)), left * sizes
    weighted = points * (weights / weights.sum()).astype("float32")[:, None]
    curvature, axes = np.linalg.eigh(points.T @ weighted)
    return Rotation(axes, np.maximum(curvature, 0.0)), points @ axes


def _measured(features: Any) -> tuple[np.ndarray, float]:
    """Return the centre, and one scale for all features."""
    count, width = features.shape
    parts = [slice(start, start + CHUNK) for start in range(0, count, CHUNK)]
    centre = finite_mean(features)
    squares = sum(float(np.square(features[part] - centre).sum()) for part in parts)
    return centre, float(np.sqrt(squares / (count * width))) or 1.0
