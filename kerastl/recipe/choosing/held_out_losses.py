"""Losses of a linear probe on examples that it was not fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kerastl.training.criterion import Criterion


@dataclass(frozen=True)
class Difference:
    """Mean difference of two losses over the same examples.

    Attributes:
        mean: The mean.
        error: Its standard error; infinite for fewer than two examples or groups.
    """

    mean: float
    error: float


@dataclass(frozen=True)
class HeldOutLosses:
    """Losses of a cross-validated linear probe.

    Attributes:
        losses: The criterion's loss of each example that a fold held out, in order. The folds
            depend on targets and seed alone, so that all features have the same.
        metric: The task's metric over these examples, such as accuracy.
        groups: Group of each of these examples. Defaults to None: no groups.

    Example:

    >>> worse, better = HeldOutLosses(np.array([1.0, 2.0]), 0.5), HeldOutLosses(np.ones(2), 1.0)
    >>> worse.minus(better)
    Difference(mean=0.5, error=0.5)
    """

    losses: np.ndarray
    metric: float
    groups: np.ndarray | None = None

    @property
    def mean(self) -> float:
        """The mean loss."""
        return float(self.losses.mean(dtype="float64"))

    def minus(self, other: HeldOutLosses) -> Difference:
        """Return the mean of the differences of paired losses, and its standard error.

        The examples of a group are not independent: the standard error counts groups.
        """
        apart = np.asarray(self.losses - other.losses, "float64")
        deviations = apart - apart.mean()
        if self.groups is not None:
            deviations = np.bincount(np.unique(self.groups, return_inverse=True)[1], deviations)
        count = len(deviations)
        if count < 2:
            return Difference(float(apart.mean()), float("inf"))
        spread = np.square(deviations).sum() * count / (count - 1)
        return Difference(float(apart.mean()), float(np.sqrt(spread) / len(apart)))


def held_out_losses(
    criterion: Criterion,
    features: Sequence[np.ndarray],
    targets: np.ndarray,
    outputs: int,
    seed: int,
    groups: np.ndarray | None = None,
) -> HeldOutLosses | None:
    """Cross-validate a linear probe on the pooled features of some stages.

    Args:
        criterion: The criterion of the task; see `Criterion.cross_fit`.
        features: One array a stage, shape `(examples, width)`.
        targets: Targets of the examples.
        outputs: Number of outputs of the head.
        seed: Seed of the folds.
        groups: Group of each example; a group stays in one fold. Defaults to None: no groups.

    Returns:
        The losses, or None if the examples cannot be divided into folds.

    Raises:
        ValueError: If features are not finite.
    """
    from keras import ops

    from kerastl.heads.standardized_features import StandardizedFeatures
    from kerastl.training.linear_probe.joined_features import JoinedFeatures

    layer = StandardizedFeatures()
    layer.build([(None, each.shape[1]) for each in features])
    joined = JoinedFeatures([list(features)])
    layer.fit(joined)
    centre, scale = ops.convert_to_numpy(layer.centre), ops.convert_to_numpy(layer.scale)
    rows = joined.standardized(centre, scale)
    fitted = criterion.cross_fit(rows, targets, outputs, seed, groups)
    if fitted is None:
        return None
    given, right = criterion.activate(fitted.logits), targets[fitted.rows]
    return HeldOutLosses(
        criterion.losses(given, right),
        criterion.metrics(given, right)[criterion.validation_metric],
        None if groups is None else groups[fitted.rows],
    )
