"""The head solved exactly: a regularised logistic regression on frozen features."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.training.multinomial import (
    CHUNK,
    Rotation,
    Solution,
    log_losses,
    solve_multinomial,
)

# Half-decade steps: between neighbours the cross-validated loss differs by less than
# its own spread on a few hundred examples. From strong to weak: each solution starts the next.
_PENALTIES = np.logspace(-4, 2, 13)
# More examples than these move the chosen penalty by less than a step of the grid.
_FOLDED_EXAMPLES = 5_000
# The loss has one valley along the penalty: after so many steps uphill no better one follows.
_STEPS_UPHILL = 3


@dataclass(frozen=True)
class SolvedProbe:
    """A linear probe and how it was chosen.

    Attributes:
        kernel: Shape `(features, classes)`, float32.
        bias: Shape `(classes,)`, float32.
        inverse_penalty: scikit-learn's `C` on centred features of unit mean square.
        cross_validated: Mean log-loss in nats over the folds at that penalty, or None where
            a class is too small to be divided or the penalty was given.
    """

    kernel: np.ndarray
    bias: np.ndarray
    inverse_penalty: float
    cross_validated: float | None


def solve_probe(
    features: Any,
    labels: np.ndarray,
    classes: int,
    seed: int,
    sample_weights: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    inverse_penalty: float | None = None,
) -> SolvedProbe:
    """Solve the multinomial logistic regression of labels on features.

    The penalty is chosen by stratified cross-validation on log-loss, on at most 5,000 examples,
    weighted like the regression itself.

    Args:
        features: Shape `(examples, features)`, any scale: an array, or what gives slices and
            chosen rows of one. It is read in parts, a few dozen times.
        labels: Integers of shape `(examples,)`; every class in `[0, classes)` occurs.
        classes: Number of classes.
        seed: Seed of the folds.
        sample_weights: Factor on each example's log-loss, shape `(examples,)`. An example of
            weight 2 counts as two. Defaults to 1 for each.
        groups: Integers of shape `(examples,)`; what is equal, such as views of one picture,
            has one label and stays in one fold. Defaults to None: each on its own.
        inverse_penalty: The penalty, where it is known. Defaults to None: cross-validation
            chooses it.

    Returns:
        The probe, for raw features.

    Raises:
        ValueError: If features are not finite.

    Example:

    >>> import numpy as np
    >>> x = np.array([[0.0], [0.1], [1.0], [1.1]])
    >>> solve_probe(x, np.array([0, 0, 1, 1]), 2, seed=0).kernel.shape
    (1, 2)
    """
    centre, scale = _measured(features)
    points = _Standardized(features, centre, scale)
    weights = np.ones(len(labels)) if sample_weights is None else sample_weights
    groups = np.arange(len(labels)) if groups is None else groups
    sampled = _sample(labels, groups, seed)
    rotation, turned = _turned(points[sampled], weights[sampled])
    small = (turned, labels[sampled], weights[sampled])
    if inverse_penalty is None:
        chosen, loss = _choose_penalty(*small, groups[sampled], classes, rotation.curvature, seed)
    else:
        chosen, loss = inverse_penalty, None
    solution = solve_multinomial(*small, classes, chosen, Rotation(None, rotation.curvature))
    if len(sampled) < len(labels):
        solution = solve_multinomial(points, labels, weights, classes, chosen, rotation, solution)
    assert rotation.axes is not None
    kernel = rotation.axes @ solution.kernel / scale
    return SolvedProbe(
        kernel=kernel.astype("float32"),
        bias=(solution.bias - centre @ kernel).astype("float32"),
        inverse_penalty=chosen,
        cross_validated=loss,
    )


class _Standardized:
    """Rows about their centre, in units of their root mean square, float32."""

    def __init__(self, features: Any, centre: np.ndarray, scale: float) -> None:
        self._features = features
        self._centre = centre.astype("float32")
        self._factor = np.float32(1 / scale)

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        given: np.ndarray = self._features[rows] - self._centre
        given = given.astype("float32", copy=False)
        given *= self._factor
        return given


def _measured(features: Any) -> tuple[np.ndarray, float]:
    """Return the centre, and one scale for all features.

    One scale keeps their relative sizes, which carry information in pre-trained features, and
    makes the grid of penalties independent of the backbone.
    """
    count, width = features.shape
    parts = [slice(start, start + CHUNK) for start in range(0, count, CHUNK)]
    bad = sum(int((~np.isfinite(features[part]).all(axis=1)).sum()) for part in parts)
    if bad:
        raise ValueError(
            "Features hold NaN or infinity: check the backbone's weights and precision. "
            f"Received: {bad} of {count} examples with such features"
        )
    centre = sum(features[part].sum(axis=0, dtype="float64") for part in parts) / count
    squares = sum(float(np.square(features[part] - centre).sum()) for part in parts)
    return centre, float(np.sqrt(squares / (count * width))) or 1.0


def _turned(points: np.ndarray, weights: np.ndarray) -> tuple[Rotation, np.ndarray]:
    """Return uncorrelated coordinates, and the points in them.

    With fewer points than features these are coordinates of the space that the points span: the
    penalised solution lies in it (the representer theorem), and a turn of the axes changes no
    length. So it is the same solution, at the cost of examples, not features.
    """
    if len(points) < points.shape[1]:
        left, sizes, axes = np.linalg.svd(points, full_matrices=False)
        return Rotation(axes.T, np.square(sizes) / len(points)), left * sizes
    weighted = points * (weights / weights.sum()).astype("float32")[:, None]
    curvature, axes = np.linalg.eigh(points.T @ weighted)
    return Rotation(axes, np.maximum(curvature, 0.0)), points @ axes


def _choose_penalty(
    points: np.ndarray,
    labels: np.ndarray,
    weights: np.ndarray,
    groups: np.ndarray,
    classes: int,
    curvature: np.ndarray,
    seed: int,
) -> tuple[float, float | None]:
    from sklearn.model_selection import StratifiedKFold

    members, first, place = np.unique(groups, return_index=True, return_inverse=True)
    folds = min(5, int(np.bincount(labels[first]).min()))
    if folds < 2:
        return 1.0, None
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    held_out = np.empty(len(members), int)
    for fold, (_, rows) in enumerate(splitter.split(first, labels[first])):
        held_out[rows] = fold
    fold_of = held_out[place]
    rotation = Rotation(None, curvature)
    solutions: list[Solution | None] = [None] * folds
    means: list[float] = []
    for penalty in _PENALTIES:
        losses = []
        for fold in range(folds):
            train, test = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
            part = (points[train], labels[train], weights[train])
            found = solve_multinomial(*part, classes, float(penalty), rotation, solutions[fold])
            solutions[fold] = found
            logits = points[test] @ found.kernel.astype("float32") + found.bias
            losses.append(np.average(log_losses(logits, labels[test]), weights=weights[test]))
        means.append(float(np.mean(losses)))
        if len(means) - 1 - int(np.argmin(means)) >= _STEPS_UPHILL:
            break
    best = int(np.argmin(means))
    return float(_PENALTIES[best]), means[best]


def _sample(labels: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray:
    """Return the rows that choose the penalty: whole groups, stratified by class."""
    from sklearn.model_selection import train_test_split

    members, first, place = np.unique(groups, return_index=True, return_inverse=True)
    size = _FOLDED_EXAMPLES * len(members) // len(labels)
    if size >= len(members):
        return np.arange(len(labels))
    # At least two of every class, or it could not be divided into folds.
    own = labels[first]
    generator = np.random.default_rng(seed)
    rare = [generator.permutation(np.flatnonzero(own == c))[:2] for c in np.unique(own)]
    chosen, _ = train_test_split(
        np.arange(len(own)), train_size=max(size, len(rare)), stratify=own, random_state=seed
    )
    kept = np.zeros(len(own), bool)
    kept[np.concatenate([chosen, *rare])] = True
    return np.flatnonzero(kept[place])
