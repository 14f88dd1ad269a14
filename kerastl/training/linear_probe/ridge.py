"""The linear probe of a regression: ridge regression on frozen features."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.data.splits.strata import quantile_strata, without_small_strata
from kerastl.training.linear_probe.folding import assign_folds, sample_rows
from kerastl.training.linear_probe.multinomial import CHUNK
from kerastl.training.linear_probe.probe import CrossFitted, LinearProbe
from kerastl.training.linear_probe.standardized_rows import StandardizedRows, turned

# A wider range than for classes: in closed form a further penalty costs almost nothing.
_PENALTIES = np.logspace(-7, 3, 21)
_FOLDS = 5
LOGITS_OF_LEAST_SQUARES = 10.0
"""Factor on scores of 0 to 1 that makes them logits, up to a temperature near 1."""


def fit_ridge(
    features: Any,
    targets: np.ndarray,
    seed: int,
    sample_weights: np.ndarray | None = None,
    groups: np.ndarray | None = None,
) -> LinearProbe:
    """Fit a ridge regression of targets on features (Hoerl and Kennard 1970).

    It minimises `C * sum(weights * squared error) + |kernel|^2`. Cross-validation on at most about
    5,000 examples chooses one penalty for all targets. Each fold is decomposed once; each penalty
    is then one matrix product.

    Args:
        features: Shape `(examples, features)`, any scale: an array, or an object that returns
            arrays for slices and row numbers.
        targets: Shape `(examples, targets)`, all of the same scale.
        seed: Seed of the folds.
        sample_weights: Factor on each example's squared error. Defaults to 1 for each.
        groups: Integers of shape `(examples,)`; a group stays in one fold. Defaults to None: one
            group an example.

    Returns:
        The linear map for raw features. `cross_validated` is the mean squared error.

    Raises:
        ValueError: If features are not finite.

    Example:

    >>> x = np.arange(20.0)[:, None]
    >>> fit_ridge(x, 3 * x + 1, seed=0).kernel.round(2).tolist()
    [[3.0]]
    """
    points = StandardizedRows(features)
    weights = np.ones(len(targets)) if sample_weights is None else sample_weights
    groups = np.arange(len(targets)) if groups is None else groups
    strata = quantile_strata(targets[:, 0], _FOLDS)
    sampled = sample_rows(without_small_strata(strata, _FOLDS), groups, seed)
    rotation, coordinates = turned(points[sampled], weights[sampled])
    assert rotation.axes is not None
    small = (coordinates.astype("float64"), targets[sampled], weights[sampled])
    folds = assign_folds(without_small_strata(strata[sampled], 2 * _FOLDS), groups[sampled], seed)
    chosen, error, fitted = (1.0, None, None)
    if folds is not None:
        chosen, error, fitted = _choose_penalty(*small, folds)
    moments = _Moments.of(*small)
    if len(sampled) < len(targets):
        moments = _Moments.none(*moments.products.shape)
        for start in range(0, len(targets), CHUNK):
            part = slice(start, start + CHUNK)
            moments += _Moments.of(points[part] @ rotation.axes, targets[part], weights[part])
    kernel, bias = moments.solved([chosen])[0]
    kernel = rotation.axes @ kernel / points.scale
    return LinearProbe(
        kernel=kernel.astype("float32"),
        bias=(bias - points.centre @ kernel).astype("float32"),
        inverse_penalty=chosen,
        cross_validated=error,
        cross_fitted=fitted and CrossFitted(sampled[fitted.rows], fitted.logits),
    )


def cross_fit_ridge(
    features: Any,
    targets: np.ndarray,
    strata: np.ndarray,
    seed: int,
    groups: np.ndarray | None = None,
) -> CrossFitted | None:
    """Predict each example by a ridge regression that was fitted without it.

    It takes a small part of the time of a cross-validated logistic regression. With 0 and 1 as
    targets it ranks features as that does.

    Args:
        features: As for `fit_ridge`.
        targets: As for `fit_ridge`.
        strata: Integers of shape `(examples,)` that folds keep in proportion.
        seed: Seed of the folds.
        groups: As for `fit_ridge`. Defaults to None.

    Returns:
        Predictions of at most about 5,000 examples, at the penalty with the lowest error; None if
        no stratum can be divided.

    Raises:
        ValueError: If features are not finite.
    """
    points = StandardizedRows(features)
    groups = np.arange(len(targets)) if groups is None else groups
    sampled = sample_rows(strata, groups, seed)
    folds = assign_folds(strata[sampled], groups[sampled], seed)
    if folds is None:
        return None
    weights = np.ones(len(sampled))
    _, coordinates = turned(points[sampled], weights)
    small = (coordinates.astype("float64"), targets[sampled], weights)
    fitted = _choose_penalty(*small, folds)[2]
    return CrossFitted(sampled[fitted.rows], fitted.logits)


@dataclass(frozen=True)
class _Moments:
    """Weighted sums of rows and targets from which a ridge regression is solved."""

    weight: float
    rows: np.ndarray
    targets: np.ndarray
    squares: np.ndarray
    products: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray, targets: np.ndarray, weights: np.ndarray) -> "_Moments":
        weighted = rows.astype("float64") * weights[:, None]
        return cls(
            float(weights.sum()),
            weighted.sum(axis=0),
            weights @ targets,
            weighted.T @ rows,
            weighted.T @ targets,
        )

    @classmethod
    def none(cls, width: int, outputs: int) -> "_Moments":
        return cls.of(np.zeros((0, width)), np.zeros((0, outputs)), np.zeros(0))

    def __add__(self, other: "_Moments") -> "_Moments":
        return _Moments(*(a + b for a, b in zip(self._values, other._values, strict=True)))

    @property
    def _values(self) -> tuple[Any, ...]:
        return (self.weight, self.rows, self.targets, self.squares, self.products)

    def solved(self, inverse_penalties: Iterable[float]) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return kernel and bias for each penalty."""
        centre, mean = self.rows / self.weight, self.targets / self.weight
        covariance = self.squares - np.outer(centre, self.rows)
        sizes, axes = np.linalg.eigh(covariance)
        sizes = np.maximum(sizes, 0.0)
        along = axes.T @ (self.products - np.outer(centre, self.targets))
        kernels = [axes @ (along / (sizes + 1 / c)[:, None]) for c in inverse_penalties]
        return [(kernel, mean - centre @ kernel) for kernel in kernels]


def _choose_penalty(
    rows: np.ndarray, targets: np.ndarray, weights: np.ndarray, fold_of: np.ndarray
) -> tuple[float, float, CrossFitted]:
    errors = np.zeros(len(_PENALTIES))
    given = np.zeros((len(_PENALTIES), *targets.shape))
    folds = range(int(fold_of.max()) + 1)
    for fold in folds:
        train, test = fold_of != fold, fold_of == fold
        found = _Moments.of(rows[train], targets[train], weights[train]).solved(_PENALTIES)
        for number, (kernel, bias) in enumerate(found):
            given[number, test] = rows[test] @ kernel + bias
            squares = np.square(given[number, test] - targets[test]).mean(axis=1)
            errors[number] += np.average(squares, weights=weights[test]) / len(folds)
    best = int(errors.argmin())
    held_out = np.flatnonzero(fold_of >= 0)
    fitted = CrossFitted(held_out, given[best, held_out])
    return float(_PENALTIES[best]), float(errors[best]), fitted
