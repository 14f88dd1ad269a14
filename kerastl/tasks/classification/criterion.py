"""The criterion of classification: log-loss and accuracy."""

import math
from typing import Any, ClassVar

import keras
import numpy as np

from kerastl.training.criterion import Criterion
from kerastl.training.linear_probe.probe import CrossFitted, LinearProbe, fit_probe
from kerastl.training.linear_probe.ridge import LOGITS_OF_LEAST_SQUARES, cross_fit_ridge
from kerastl.training.losses.calibrated_loss import calibrated_losses
from kerastl.training.losses.crossentropy import Crossentropy
from kerastl.training.losses.label_metrics import label_metrics
from kerastl.training.losses.temperature import fit_temperature, scale_probabilities
from kerastl.training.phases.loss_settings import LossSettings


class ClassificationCriterion(Criterion):
    """Compare probabilities of shape `(examples, classes)` with class indices.

    Example:

    >>> import numpy as np
    >>> outputs, targets = np.array([[0.8, 0.2], [0.6, 0.4]]), np.array([0, 1])
    >>> ClassificationCriterion().metrics(outputs, targets)["accuracy"]
    0.5
    """

    single_label: ClassVar[bool] = True
    has_linear_probe: ClassVar[bool] = True
    has_probabilities: ClassVar[bool] = True
    validation_metric: ClassVar[str] = "accuracy"
    baseline_means: ClassVar[str] = "always the most frequent class"

    def baseline(self, targets: np.ndarray) -> float:
        """Return the share of the most frequent class."""
        counts = np.bincount(targets)
        return float(counts.max() / counts.sum())

    def uninformed_loss(self, outputs: int) -> float:
        """Return the log-loss of equal probabilities."""
        return math.log(outputs)

    def loss(
        self, loss_settings: LossSettings | None = None, class_weights: np.ndarray | None = None
    ) -> keras.losses.Loss:
        """Return the log-loss in nats, with the phase's loss settings and class weights."""
        loss_settings = loss_settings or LossSettings()
        return Crossentropy(loss_settings.label_smoothing, loss_settings.focal, class_weights)

    def keras_metrics(self) -> list[Any]:
        """Return accuracy."""
        return ["accuracy"]

    def losses(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return each example's log-loss at the temperature with the lowest mean log-loss."""
        return calibrated_losses(outputs, targets)

    def metrics(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return accuracy and mean log-loss in nats."""
        return label_metrics(outputs, targets)

    def fit_probe(
        self,
        features: Any,
        targets: np.ndarray,
        outputs: int,
        seed: int,
        sample_weights: np.ndarray | None = None,
        groups: np.ndarray | None = None,
    ) -> LinearProbe:
        """Fit a regularised multinomial logistic regression; see `fit_probe`."""
        return fit_probe(features, targets, outputs, seed, sample_weights, groups)

    def cross_fit(
        self,
        features: Any,
        targets: np.ndarray,
        outputs: int,
        seed: int,
        groups: np.ndarray | None = None,
    ) -> CrossFitted | None:
        """Fit least squares to 0 and 1 for each class; see `cross_fit_ridge`."""
        fitted = cross_fit_ridge(features, np.eye(outputs)[targets], targets, seed, groups)
        return fitted and CrossFitted(fitted.rows, LOGITS_OF_LEAST_SQUARES * fitted.logits)

    def activate(self, logits: np.ndarray) -> np.ndarray:
        """Return the softmax."""
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))

    def fit_temperature(self, outputs: np.ndarray, targets: np.ndarray) -> float:
        """Fit one temperature for all classes; see `fit_temperature`."""
        return fit_temperature(outputs, targets)

    def at_temperature(self, outputs: np.ndarray, temperature: float) -> np.ndarray:
        """Return the softmax of logits divided by the temperature."""
        return scale_probabilities(outputs, temperature)
