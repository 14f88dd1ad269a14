"""Predict every example by linear models that were fitted without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from kerastl.training.linear_probe.folding import assign_folds

_CHUNK = 2048
# More directions than this hardly change a prediction, and take the cube of their number in time.
_MOST_DIRECTIONS = 512
_PENALTIES = np.logspace(-5, 1, 13)
# Multiplications for the choice of the penalty.
_SEARCH = 10**10

Losses = Callable[[np.ndarray, np.ndarray], float]
"""A function of predictions and the positions of their examples that returns a mean loss."""


class OutOfFold:
    """Ridge regressions on features, one without each fold of the examples.

    Sums over each fold are computed once and subtracted from those over all examples, so all
    examples are predicted in two passes over the features, whatever their number. One penalty is
    chosen by the loss of the predictions.

    Args:
        features: float32 of shape `(examples, features)`, centred.
        targets: Numbers of shape `(examples, outputs)`: an array, or a SciPy sparse matrix of 0
            and 1 for many classes.
        strata: Integers of shape `(examples,)` that folds keep in proportion.
        groups: Integers of shape `(examples,)`. Examples of a group are held out together, whatever
            their strata.
        seed: Seed of the folds.
        losses: The loss that the penalty is chosen by.

    Attributes:
        held_out: Positions of the examples that can be predicted: those whose stratum also
            occurs in another group.

    Raises:
        ValueError: If no stratum occurs in two groups.

    Example:

    ```python
    fitted = OutOfFold(features, np.eye(2)[labels], labels, groups, seed=0, losses=log_loss)
    for rows, predictions in fitted.predictions():
        ...
    ```
    """

    def __init__(
        self,
        features: np.ndarray,
        targets: Any,
        strata: np.ndarray,
        groups: np.ndarray,
        seed: int,
        losses: Losses,
    ) -> None:
        folds = _whole_groups(strata, groups, seed)
        if folds is None:
            count = len(np.unique(groups))
            raise ValueError(
                "Labels are checked by cross-validation, which needs a class with examples of two "
                f"groups. Received: {len(strata)} examples in {count} groups, each class in one"
                if count < len(strata)
                else "Labels are checked by cross-validation, which needs two examples of a class. "
                f"Received: {len(strata)} examples, no two of a class"
            )
        self.held_out = np.flatnonzero(folds >= 0)
        self._rows = _main_directions(features)
        self._mean = np.asarray(targets.mean(axis=0), "float64").reshape(-1)
        self._members = [np.flatnonzero(folds == fold) for fold in range(int(folds.max()) + 1)]
        parts = [self._moments(targets, members) for members in self._members]
        squares, products = self._moments(targets, np.flatnonzero(folds < 0))
        squares = squares + sum(each for each, _ in parts)
        products = products + sum(each for _, each in parts)
        self._solved = [
            _decomposed(squares - own_squares, products - own_products)
            for own_squares, own_products in parts
        ]
        self._scale = float(np.trace(squares)) / len(squares)
        self._penalty = self._choose(losses, np.random.default_rng(seed))

    def predictions(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Predict the examples that were held out, in parts.

        Yields:
            Positions of examples, and their predictions of shape `(positions, outputs)`.
        """
        for fold, members in enumerate(self._members):
            kernel = self._kernel(fold, self._penalty)
            for start in range(0, len(members), _CHUNK):
                rows = members[start : start + _CHUNK]
                yield rows, self._rows[rows] @ kernel + self._mean.astype("float32")

    def _kernel(self, fold: int, penalty: float) -> np.ndarray:
        sizes, axes, along = self._solved[fold]
        kernel = axes @ (along / (np.maximum(sizes, 0.0) + penalty * self._scale)[:, None])
        return np.asarray(kernel, "float32")

    def _choose(self, losses: Losses, generator: np.random.Generator) -> float:
        width, outputs = self._rows.shape[1], len(self._mean)
        most = max(50, _SEARCH // (len(_PENALTIES) * len(self._members) * width * outputs))
        totals = np.zeros(len(_PENALTIES))
        for fold, members in enumerate(self._members):
            rows = generator.permutation(members)[:most]
            _, axes, along = self._solved[fold]
            turned = self._rows[rows] @ axes.astype("float32")
            sizes = np.maximum(self._solved[fold][0], 0.0)
            for number, penalty in enumerate(_PENALTIES):
                kernel = (along / (sizes + penalty * self._scale)[:, None]).astype("float32")
                totals[number] += losses(turned @ kernel + self._mean.astype("float32"), rows)
        return float(_PENALTIES[int(totals.argmin())])

    def _moments(self, targets: Any, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        squares = np.zeros((self._rows.shape[1],) * 2)
        products = np.zeros((self._rows.shape[1], targets.shape[1]))
        for start in range(0, len(chosen), _CHUNK):
            rows = chosen[start : start + _CHUNK]
            part = self._rows[rows]
            squares += (part.T @ part).astype("float64")
            # A sparse matrix is multiplied from the left.
            products += np.asarray(targets[rows].T @ part).T
            products -= np.outer(part.sum(axis=0, dtype="float64"), self._mean)
        return squares, products


def _decomposed(
    squares: np.ndarray, products: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    sizes, axes = np.linalg.eigh(squares)
    return sizes, axes, axes.T @ products


def _whole_groups(strata: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray | None:
    """Divide examples into folds that keep groups whole, whatever strata a group has.

    Returns:
        The fold of each example, -1 for those that are always trained on: without them, a stratum
        would be missing in training. None if there is no fold.
    """
    _, strata = np.unique(strata, return_inverse=True)
    names, groups = np.unique(groups, return_inverse=True)
    folds = assign_folds(_usual_stratum(strata, groups)[groups], groups, seed)
    if folds is None:
        return None
    held_out = folds >= 0
    pairs = np.unique(np.stack([strata[held_out], folds[held_out]]), axis=1)
    elsewhere = np.bincount(pairs[0], minlength=strata.max() + 1)
    elsewhere[np.unique(strata[~held_out])] += 1
    alone = np.isin(np.arange(len(names)), groups[(elsewhere[strata] < 2) & held_out])
    folds[alone[groups]] = -1
    left = folds >= 0
    if not left.any():
        return None
    folds[left] = np.unique(folds[left], return_inverse=True)[1]
    return folds


def _usual_stratum(strata: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the most frequent stratum of each group."""
    width = int(strata.max()) + 1
    pairs, counts = np.unique(groups.astype(np.int64) * width + strata, return_counts=True)
    order = np.lexsort((-counts, pairs // width))
    _, first = np.unique(pairs[order] // width, return_index=True)
    return np.asarray(pairs[order][first] % width)


def _main_directions(features: np.ndarray) -> np.ndarray:
    """Return the coordinates of centred features in the directions in which they differ most."""
    from scipy.linalg import eigh

    count, width = features.shape
    if width <= _MOST_DIRECTIONS:
        return features
    most = min(count, _MOST_DIRECTIONS)
    if count < width:
        # The products of examples have the same directions, and are fewer.
        sizes, axes = eigh(
            features.astype("float64") @ features.T, subset_by_index=(count - most, count - 1)
        )
        return np.asarray(axes * np.sqrt(np.maximum(sizes, 0.0)), "float32")
    squares = np.zeros((width, width))
    for start in range(0, count, _CHUNK):
        part = features[start : start + _CHUNK]
        squares += (part.T @ part).astype("float64")
    _, axes = eigh(squares, subset_by_index=(width - most, width - 1))
    return features @ axes.astype("float32")
