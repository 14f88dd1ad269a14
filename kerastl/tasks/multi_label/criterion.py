"""The criterion of multi-label classification: binary log-loss and average precision."""

import math
from typing import Any, ClassVar

import keras
import numpy as np

from kerastl.data.splits.strata import rarest_label_strata, without_small_strata
from kerastl.training.criterion import Criterion
from kerastl.training.linear_probe.probe import CrossFitted, LinearProbe, fit_probe
from kerastl.training.linear_probe.ridge import LOGITS_OF_LEAST_SQUARES, cross_fit_ridge
from kerastl.training.losses.calibrated_loss import calibrated_losses
from kerastl.training.losses.temperature import fit_temperature, scale_probabilities
from kerastl.training.phases.loss_settings import LossSettings

_FOLDS = 5


class MultiLabelCriterion(Criterion):
    """Compare probabilities of shape `(examples, labels)` with 0 and 1.

    Example:

    >>> import numpy as np
    >>> outputs, targets = np.array([[0.8, 0.4], [0.6, 0.3]]), np.array([[1, 0], [0, 1]])
    >>> MultiLabelCriterion().metrics(outputs, targets)["mean_average_precision"]
    0.75
    """

    has_linear_probe: ClassVar[bool] = True
    has_probabilities: ClassVar[bool] = True
    validation_metric: ClassVar[str] = "mean_average_precision"
    baseline_means: ClassVar[str] = "always the frequency of each label"

    def baseline(self, targets: np.ndarray) -> float:
        """Return the mean frequency of the labels that some example has.

        Average precision equals the label's frequency if all examples have the same probability.
        """
        shares = targets.mean(axis=0)
        return float(shares[shares > 0].mean()) if shares.any() else 0.0

    def uninformed_loss(self, outputs: int) -> float:
        """Return the log-loss of the probability one half."""
        return math.log(2)

    def loss(
        self, loss_settings: LossSettings | None = None, class_weights: np.ndarray | None = None
    ) -> keras.losses.Loss:
        """Return the binary log-loss in nats, the mean over labels."""
        return keras.losses.BinaryCrossentropy()

    def keras_metrics(self) -> list[Any]:
        """Return none: average precision is not a mean over batches."""
        return []

    def losses(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return each example's mean binary log-loss at the temperature with the lowest mean."""
        of_each = calibrated_losses(_pairs(outputs).reshape(-1, 2), targets.astype(int).ravel())
        return np.asarray(of_each.reshape(targets.shape).mean(axis=1))

    def metrics(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return mean binary log-loss in nats, and the mean of the labels' average precision.

        Labels that no example has do not count; the mean is 0 if no label counts.
        """
        from sklearn.metrics import average_precision_score

        present = targets.any(axis=0)
        precision = 0.0
        if present.any():
            precision = average_precision_score(targets[:, present], outputs[:, present])
        right = np.where(targets > 0, outputs, 1 - outputs)
        losses = -np.log(np.maximum(right, keras.config.epsilon()), dtype="float64")
        return {"mean_average_precision": float(precision), "loss": float(losses.mean())}

    def fit_probe(
        self,
        features: Any,
        targets: np.ndarray,
        outputs: int,
        seed: int,
        sample_weights: np.ndarray | None = None,
        groups: np.ndarray | None = None,
    ) -> LinearProbe:
        """Fit a regularised logistic regression for each label, with one penalty for all."""
        strata = without_small_strata(rarest_label_strata(targets), _FOLDS)
        return fit_probe(features, targets, outputs, seed, sample_weights, groups, strata=strata)

    def cross_fit(
        self,
        features: Any,
        targets: np.ndarray,
        outputs: int,
        seed: int,
        groups: np.ndarray | None = None,
    ) -> CrossFitted | None:
        """Fit least squares to 0 and 1 for each label; see `cross_fit_ridge`."""
        strata = without_small_strata(rarest_label_strata(targets), _FOLDS)
        fitted = cross_fit_ridge(features, targets.astype("float64"), strata, seed, groups)
        return fitted and CrossFitted(fitted.rows, LOGITS_OF_LEAST_SQUARES * (fitted.logits - 0.5))

    def activate(self, logits: np.ndarray) -> np.ndarray:
        """Return the sigmoid."""
        return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)))

    def fit_temperature(self, outputs: np.ndarray, targets: np.ndarray) -> float:
        """Fit one temperature for all labels; see `fit_temperature`."""
        return fit_temperature(_pairs(outputs).reshape(-1, 2), targets.astype(int).ravel())

    def at_temperature(self, outputs: np.ndarray, temperature: float) -> np.ndarray:
        """Return the sigmoid of logits divided by the temperature."""
        return scale_probabilities(_pairs(outputs), temperature)[..., 1]


def _pairs(outputs: np.ndarray) -> np.ndarray:
    """Return the probabilities of absence and presence of each label."""
    return np.stack([1 - outputs.astype("float64"), outputs], axis=-1)
