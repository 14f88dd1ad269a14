"""Choose uncertain examples that differ from each other."""

from __future__ import annotations

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

    The candidates are the `10 * count` examples with the smallest margin. k-means++ (Arthur and
    Vassilvitskii 2007) draws from them: the chance of an example is its score times the squared
    distance of its direction in feature space from the nearest example that is drawn already.

    Args:
        probabilities: Shape `(examples, classes)`.
        features: Function that returns the features of examples by their positions, shape
            `(positions, features)`.
        count: How many to choose.
        seed: Seed of the draws.

    Returns:
        Positions of the chosen examples in the order of the draws, at most `count`; and the scores
        of all examples, see `margin_scores`.
    """
    scores = margin_scores(probabilities)
    order = np.argsort(-scores, kind="stable")
    if len(order) <= count:
        return order, scores
    candidates = order[: CANDIDATES * count]
    points = _directions(features(candidates))
    weights = np.maximum(scores[candidates].astype("float64"), 1e-12)
    generator = np.random.default_rng(seed)
    # The most uncertain example is first.
    taken = [0]
    distances = np.full(len(candidates), np.inf)
    while len(taken) < count:
        last = points[taken[-1]]
        distances = np.minimum(distances, np.maximum(2.0 - 2.0 * (points @ last), 0.0))
        distances[taken] = 0.0
        chances = weights * distances
        if chances.sum() <= 0.0:
            # All that is left is equal to what is taken.
            rest = np.setdiff1d(np.arange(len(candidates)), taken)
            taken += rest[: count - len(taken)].tolist()
            break
        taken.append(int(generator.choice(len(candidates), p=chances / chances.sum())))
    return candidates[taken], scores


def _directions(rows: np.ndarray) -> np.ndarray:
    rows = rows.astype("float64")
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
