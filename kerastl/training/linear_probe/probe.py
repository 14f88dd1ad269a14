"""The linear probe: logistic regression on frozen features with a cross-validated penalty."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kerastl.basics.progress import report_share
from kerastl.training.linear_probe.folding import assign_folds, sample_rows
from kerastl.training.linear_probe.library_solution import fit_in_memory
from kerastl.training.linear_probe.multinomial import (
    Rotation,
    Solution,
    fit_multinomial,
    log_losses,
)
from kerastl.training.linear_probe.standardized_rows import StandardizedRows, turned

# Half-decade steps: between neighbours the cross-validated loss differs by less than its own spread
# on a few hundred examples. From strong to weak: each solution is the first iterate of the next.
_PENALTIES = np.logspace(-4, 2, 13)
# The loss has one minimum along the penalty: after this many increases no better one follows.
_STEPS_UPHILL = 3
# For solutions that only rank penalties: the losses of neighbouring penalties differ by far more.
_TOLERANCE = 1e-6
# Share of the features' mean square in directions that are left out while penalties are compared.
# Most directions fall under it, and the loss changes by less than between neighbouring penalties.
_LEFT_OUT = 0.01


@dataclass(frozen=True)
class CrossFitted:
    """Logits of examples from probes that were fitted without their fold.

    Attributes:
        rows: Numbers of the examples, ascending.
        logits: Shape `(len(rows), outputs)`.
    """

    rows: np.ndarray
    logits: np.ndarray


@dataclass(frozen=True)
class LinearProbe:
    """Coefficients of a linear probe and the penalty they were fitted with.

    Attributes:
        kernel: Shape `(features, outputs)`, float32.
        bias: Shape `(outputs,)`, float32.
        inverse_penalty: scikit-learn's `C` on centred features of unit mean square.
        cross_validated: Mean loss over the folds at that penalty: the log-loss in nats, or a
            regression's squared error. None if no class has two groups or the penalty was given.
        cross_fitted: The logits of the folds' probes at that penalty; None if `cross_validated`
            is.
    """

    kernel: np.ndarray
    bias: np.ndarray
    inverse_penalty: float
    cross_validated: float | None
    cross_fitted: CrossFitted | None = None


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
    """Fit a multinomial logistic regression of labels on features.

    Multi-label targets get one binary regression for each label, all with the same penalty.

    Stratified cross-validation chooses the penalty by log-loss, on at most about 5,000 examples
    with the sample weights of the regression itself.

    Args:
        features: Shape `(examples, features)`, any scale: an array, or an object that returns
            arrays for slices and row numbers. It is read in parts, a few dozen times.
        labels: Integers of shape `(examples,)`; every class in `[0, classes)` occurs. Or 0 and 1
            of shape `(examples, classes)`.
        classes: Number of classes.
        seed: Seed of the folds.
        sample_weights: Factor on each example's log-loss, shape `(examples,)`. An example of
            weight 2 counts as two. Defaults to 1 for each.
        groups: Integers of shape `(examples,)`. Examples of one group, such as views of one
            image, have one label and stay in one fold. Defaults to None: one group an example.
        inverse_penalty: scikit-learn's `C`. Defaults to None: cross-validation chooses it.
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
    if inverse_penalty is not None and len(sampled) == len(labels) and labels.ndim == 1:
        solution = fit_in_memory(points[sampled], labels, weights, classes, inverse_penalty)
        return _unstandardized(points, solution.kernel, solution.bias, inverse_penalty, None)
    rotation, coordinates = turned(points[sampled], weights[sampled])
    small = (coordinates, labels[sampled], weights[sampled])
    if inverse_penalty is None:
        folds = assign_folds(strata[sampled], groups[sampled], seed)
        found = _choose_penalty(*small, folds, classes, rotation.curvature)
    else:
        found = _Chosen(inverse_penalty)
    chosen, start = found.penalty, found.start
    solution = fit_multinomial(*small, classes, chosen, Rotation(None, rotation.curvature), start)
    if len(sampled) < len(labels):
        solution = fit_multinomial(points, labels, weights, classes, chosen, rotation, solution)
    assert rotation.axes is not None
    probe = _unstandardized(
        points, rotation.axes @ solution.kernel, solution.bias, chosen, found.loss
    )
    if found.cross_fitted is None:
        return probe
    rows = sampled[found.cross_fitted.rows]
    return replace(probe, cross_fitted=CrossFitted(rows, found.cross_fitted.logits))


@dataclass(frozen=True)
class _Chosen:
    """A penalty, its loss, a first iterate for the solution on all points, the folds' logits."""

    penalty: float
    loss: float | None = None
    start: Solution | None = None
    cross_fitted: CrossFitted | None = None


def _unstandardized(
    points: StandardizedRows,
    kernel: np.ndarray,
    bias: np.ndarray,
    inverse_penalty: float,
    cross_validated: float | None,
) -> LinearProbe:
    """Return the probe for raw features from the coefficients for standardized ones."""
    kernel = kernel / points.scale
    return LinearProbe(
        kernel=kernel.astype("float32"),
        bias=(bias - points.centre @ kernel).astype("float32"),
        inverse_penalty=inverse_penalty,
        cross_validated=cross_validated,
    )


def _choose_penalty(
    points: np.ndarray,
    labels: np.ndarray,
    weights: np.ndarray,
    fold_of: np.ndarray | None,
    classes: int,
    curvature: np.ndarray,
) -> _Chosen:
    if fold_of is None:
        return _Chosen(1.0)
    main = _main_directions(curvature)
    points, rotation = points[:, main], Rotation(None, curvature[main])
    folds = int(fold_of.max()) + 1
    solutions: Sequence[Solution | None] = [None] * folds
    means: list[float] = []
    chosen = _Chosen(1.0)
    held_out = np.flatnonzero(fold_of >= 0)
    for penalty in _PENALTIES:
        losses, found = [], []
        logits = np.zeros((len(points), classes), "float32")
        for fold, before in enumerate(solutions):
            train, test = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
            part = (points[train], labels[train], weights[train])
            solution = fit_multinomial(
                *part, classes, float(penalty), rotation, before, tolerance=_TOLERANCE
            )
            logits[test] = points[test] @ solution.kernel.astype("float32") + solution.bias
            of_each = log_losses(logits[test], labels[test])
            losses.append(np.average(of_each, weights=weights[test]))
            found.append(solution)
            report_share((len(means) + len(found) / folds) / len(_PENALTIES))
        means.append(float(np.mean(losses)))
        if means[-1] == min(means):
            start = _mean(found, main, len(curvature))
            fitted = CrossFitted(held_out, logits[held_out])
            chosen = _Chosen(float(penalty), means[-1], start, fitted)
        if len(means) - 1 - int(np.argmin(means)) >= _STEPS_UPHILL:
            break
        solutions = found
    return chosen


def _main_directions(curvature: np.ndarray) -> np.ndarray:
    """Return the directions that hold most of the features' mean square, largest first."""
    order = np.argsort(-curvature)
    held = np.cumsum(curvature[order])
    return order[: int(np.searchsorted(held, (1.0 - _LEFT_OUT) * held[-1])) + 1]


def _mean(solutions: list[Solution], directions: np.ndarray, count: int) -> Solution:
    """Return the mean of solutions in some directions, with zeros in all others."""
    kernel = np.zeros((count, len(solutions[0].bias)))
    kernel[directions] = np.mean([each.kernel for each in solutions], axis=0)
    return Solution(kernel, np.mean([each.bias for each in solutions], axis=0))
