"""The head solved exactly: a regularised logistic regression on frozen features."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.training.linear_probe.folding import assign_folds, sample_rows
from kerastl.training.linear_probe.multinomial import (
    Rotation,
    Solution,
    fit_multinomial,
    log_losses,
)
from kerastl.training.linear_probe.standardized_rows import StandardizedRows, turned

# Half-decade steps: between neighbours the cross-validated loss differs by less than
# its own spread on a few hundred examples. From strong to weak: each solution starts the next.
_PENALTIES = np.logspace(-4, 2, 13)
# The loss has one valley along the penalty: after so many steps uphill no better one follows.
_STEPS_UPHILL = 3
# Of the solutions that are only compared: the loss of neighbouring penalties differs by far more.
_TOLERANCE = 1e-6
# Directions that are left out while penalties are compared hold this share of the features' mean
# square. It is most directions, and moves the loss by less than the penalty next to the best does.
_LEFT_OUT = 0.01


@dataclass(frozen=True)
class LinearProbe:
    """A linear probe and how it was chosen.

    Attributes:
        kernel: Shape `(features, outputs)`, float32.
        bias: Shape `(outputs,)`, float32.
        inverse_penalty: scikit-learn's `C` on centred features of unit mean square.
        cross_validated: Mean loss over the folds at that penalty, for classes the log-loss in
            nats, or None where a class is too small to be divided or the penalty was given.
    """

    kernel: np.ndarray
    bias: np.ndarray
    inverse_penalty: float
    cross_validated: float | None


def fit_probe(
    features: Any,
    labels: np.ndarray,
    classes: int,
    seed: int,
    sample_weights: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    inverse_penalty: float | None = None,
    strata: np.ndarray | None = None,
) -> LinearProbe:
    """Solve the multinomial logistic regression of labels on features.

    Where examples have several labels it is one binary regression for each, all with one penalty.

    The penalty is chosen by stratified cross-validation on log-loss, on at most 5,000 examples,
    weighted like the regression itself.

    Args:
        features: Shape `(examples, features)`, any scale: an array, or what gives slices and
            chosen rows of one. It is read in parts, a few dozen times.
        labels: Integers of shape `(examples,)`; every class in `[0, classes)` occurs. Or 0 and 1
            of shape `(examples, classes)`.
        classes: Number of classes.
        seed: Seed of the folds.
        sample_weights: Factor on each example's log-loss, shape `(examples,)`. An example of
            weight 2 counts as two. Defaults to 1 for each.
        groups: Integers of shape `(examples,)`; what is equal, such as views of one image,
            has one label and stays in one fold. Defaults to None: each on its own.
        inverse_penalty: The penalty, where it is known. Defaults to None: cross-validation
            chooses it.
        strata: Integers of shape `(examples,)` that folds keep in proportion. Defaults to the
            labels.

    Returns:
        The probe, for raw features.

    Raises:
        ValueError: If features are not finite.

    Example:

    >>> import numpy as np
    >>> x = np.array([[0.0], [0.1], [1.0], [1.1]])
    >>> fit_probe(x, np.array([0, 0, 1, 1]), 2, seed=0).kernel.shape
    (1, 2)
    """
    points = StandardizedRows(features)
    weights = np.ones(len(labels)) if sample_weights is None else sample_weights
    groups = np.arange(len(labels)) if groups is None else groups
    strata = labels if strata is None else strata
    sampled = sample_rows(strata, groups, seed)
    rotation, coordinates = turned(points[sampled], weights[sampled])
    small = (coordinates, labels[sampled], weights[sampled])
    if inverse_penalty is None:
        folds = assign_folds(strata[sampled], groups[sampled], seed)
        chosen, loss, start = _choose_penalty(*small, folds, classes, rotation.curvature)
    else:
        chosen, loss, start = inverse_penalty, None, None
    solution = fit_multinomial(*small, classes, chosen, Rotation(None, rotation.curvature), start)
    if len(sampled) < len(labels):
        solution = fit_multinomial(points, labels, weights, classes, chosen, rotation, solution)
    assert rotation.axes is not None
    kernel = rotation.axes @ solution.kernel / points.scale
    return LinearProbe(
        kernel=kernel.astype("float32"),
        bias=(solution.bias - points.centre @ kernel).astype("float32"),
        inverse_penalty=chosen,
        cross_validated=loss,
    )


def _choose_penalty(
    points: np.ndarray,
    labels: np.ndarray,
    weights: np.ndarray,
    fold_of: np.ndarray | None,
    classes: int,
    curvature: np.ndarray,
) -> tuple[float, float | None, Solution | None]:
    """Return the penalty, its loss, and about where the solution on all points is."""
    if fold_of is None:
        return 1.0, None, None
    main = _main_directions(curvature)
    points, rotation = points[:, main], Rotation(None, curvature[main])
    folds = int(fold_of.max()) + 1
    solutions: Sequence[Solution | None] = [None] * folds
    means: list[float] = []
    start = None
    for penalty in _PENALTIES:
        losses, found = [], []
        for fold, before in enumerate(solutions):
            train, test = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
            part = (points[train], labels[train], weights[train])
            solution = fit_multinomial(
                *part, classes, float(penalty), rotation, before, tolerance=_TOLERANCE
            )
            logits = points[test] @ solution.kernel.astype("float32") + solution.bias
            losses.append(np.average(log_losses(logits, labels[test]), weights=weights[test]))
            found.append(solution)
        means.append(float(np.mean(losses)))
        if means[-1] == min(means):
            start = _mean(found, main, len(curvature))
        if len(means) - 1 - int(np.argmin(means)) >= _STEPS_UPHILL:
            break
        solutions = found
    best = int(np.argmin(means))
    return float(_PENALTIES[best]), means[best], start


def _main_directions(curvature: np.ndarray) -> np.ndarray:
    """List the directions of most of the features' mean square."""
    order = np.argsort(-curvature)
    held = np.cumsum(curvature[order])
    return order[: int(np.searchsorted(held, (1.0 - _LEFT_OUT) * held[-1])) + 1]


def _mean(solutions: list[Solution], directions: np.ndarray, count: int) -> Solution:
    """Return the mean of solutions, zero in every other direction."""
    kernel = np.zeros((count, len(solutions[0].bias)))
    kernel[directions] = np.mean([each.kernel for each in solutions], axis=0)
    return Solution(kernel, np.mean([each.bias for each in solutions], axis=0))
