"""Choose uncertain examples that differ from each other."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

CANDIDATES = 10
"""For each example to choose, this many of the most uncertain ones are compared."""


def margin_scores(probabilities: np.ndarray) -> np.ndarray:
    """Return how close the two most probable classes of each example are.

    Args:
        probabilities: Shape `(examples, classes)`, at least two classes.

    Returns:
        Shape `(examples,)`: 1 minus the difference of the two probabilities, from 0 for a certain
        answer to 1 for two equally probable classes.

    Example:

    >>> margin_scores(np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])).tolist()
    [1.0, 0.0]
    """
    best = np.partition(probabilities, -2, axis=1)[:, -2:]
    scores: np.ndarray = 1.0 - (best[:, 1] - best[:, 0])
    return scores


def choose(
    probabilities: np.ndarray,
    features: Callable[[np.ndarray], np.ndarray],
    count: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Choose examples by uncertainty and diversity.

    The candidates are the `10 * count` examples with the smallest margin. A k-means with a cluster
    for each example to choose divides the directions of their features, weighted by their scores,
    and the example next to each centre is chosen (Zhdanov 2019, "Diverse mini-batch active
    learning").

    Args:
        probabilities: Shape `(examples, classes)`.
        features: Function that returns the features of examples by their positions, shape
            `(positions, features)`.
        count: How many to choose.
        seed: Seed of the clusters.

    Returns:
        Positions of the chosen examples, at most `count`, the highest score first; and the scores
        of all examples, see `margin_scores`.
    """
    scores = margin_scores(probabilities)
    order = np.argsort(-scores, kind="stable")
    if len(order) <= count:
        return order, scores
    candidates = order[: CANDIDATES * count]
    places = _next_to_centres(features(candidates), scores[candidates], count, seed)
    # Candidates are in the order of their scores.
    return candidates[np.sort(places)], scores


def _next_to_centres(rows: np.ndarray, scores: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return the positions of `count` rows, one for each cluster as far as they differ."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    points = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    weights = np.maximum(scores, 1e-6)
    with warnings.catch_warnings():
        # Fewer different rows than clusters.
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = KMeans(count, n_init=1, random_state=seed).fit(points, sample_weight=weights)
    distances = np.linalg.norm(points - found.cluster_centers_[found.labels_], axis=1)
    nearest = np.lexsort((distances, found.labels_))
    _, first = np.unique(found.labels_[nearest], return_index=True)
    taken = nearest[first]
    rest = np.setdiff1d(np.arange(len(rows)), taken)
    return np.concatenate([taken, rest[: count - len(taken)]])
