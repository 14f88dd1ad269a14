"""The criterion of token classification: log-loss over tagged tokens, and entity F1."""

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import keras
import numpy as np

from kerastl.tasks.token_classification.decoded_f1 import decoded_f1
from kerastl.training.criterion import Criterion
from kerastl.training.losses.calibrated_loss import calibrated_losses
from kerastl.training.losses.masked_crossentropy import MaskedAccuracy, MaskedCrossentropy
from kerastl.training.losses.temperature import fit_temperature, scale_probabilities
from kerastl.training.phases.loss_settings import LossSettings


class TokenClassificationCriterion(Criterion):
    """Compare probabilities of shape `(examples, tokens, tags)` with tags, -1 for none.

    Args:
        tags: The tags in BIO, in the order of the probabilities.

    Example:

    >>> import numpy as np
    >>> metrics = TokenClassificationCriterion(["O", "B-place", "I-place"]).metrics(
    ...     np.array([[[0.1, 0.8, 0.1], [0.6, 0.2, 0.2]]]), np.array([[1, -1]])
    ... )
    >>> metrics["f1"]
    1.0
    """

    has_probabilities: ClassVar[bool] = True

    def __init__(self, tags: Sequence[str]) -> None:
        self.tags = tuple(tags)

    def uninformed_loss(self, outputs: int) -> float:
        """Return the log-loss of equal probabilities."""
        return math.log(outputs)

    def loss(
        self, loss_settings: LossSettings | None = None, class_weights: np.ndarray | None = None
    ) -> keras.losses.Loss:
        """Return the log-loss in nats, the mean over tokens with a tag."""
        return MaskedCrossentropy()

    def keras_metrics(self) -> list[Any]:
        """Return the accuracy over tokens with a tag."""
        return [MaskedAccuracy()]

    def losses(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return each text's mean log-loss, at the temperature with the lowest mean."""
        known = targets >= 0
        losses = np.zeros(targets.shape)
        losses[known] = calibrated_losses(outputs[known], targets[known])
        return np.asarray(losses.sum(axis=1) / np.maximum(1, known.sum(axis=1)))

    def metrics(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return accuracy, mean log-loss in nats over tokens, and the F1 of whole entities."""
        known = targets >= 0
        probabilities, labels = outputs[known], targets[known]
        right = probabilities[np.arange(len(labels)), labels]
        losses = -np.log(np.maximum(right, keras.config.epsilon()), dtype="float64")
        return {
            "accuracy": float((probabilities.argmax(axis=1) == labels).mean()),
            "f1": decoded_f1(outputs, targets, self.tags),
            "loss": float(losses.mean()),
        }

    def fit_temperature(self, outputs: np.ndarray, targets: np.ndarray) -> float:
        """Fit one temperature for all tags, on tokens with a tag; see `fit_temperature`."""
        known = targets >= 0
        return fit_temperature(outputs[known], targets[known])

    def at_temperature(self, outputs: np.ndarray, temperature: float) -> np.ndarray:
        """Return the softmax of logits divided by the temperature."""
        return scale_probabilities(outputs, temperature)
