"""The classification criterion of an adaptation, whose targets are row indices."""

from typing import Any, ClassVar

import keras
import numpy as np

from kerastl.adaptation.domains.domain_rows import DomainRows
from kerastl.training.criterion import Criterion
from kerastl.training.losses.calibrated_loss import calibrated_losses
from kerastl.training.losses.crossentropy import Crossentropy
from kerastl.training.losses.label_metrics import label_metrics
from kerastl.training.phases.loss_settings import LossSettings


class RowCriterion(Criterion):
    """Loss and metrics of probabilities, with labels looked up by row index.

    Targets are indices of rows whose label is known, as in the batches of an adaptation.

    Args:
        rows: Labels of all examples.
    """

    single_label: ClassVar[bool] = True

    def __init__(self, rows: DomainRows) -> None:
        self._rows = rows

    def loss(
        self, loss_settings: LossSettings | None = None, class_weights: np.ndarray | None = None
    ) -> keras.losses.Loss:
        """Return the log-loss in nats, which takes labels, not row indices."""
        settings = loss_settings or LossSettings()
        return Crossentropy(settings.label_smoothing, settings.focal, class_weights)

    def keras_metrics(self) -> list[Any]:
        """Return no metrics: the adapted model tracks its own."""
        return []

    def losses(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return the log-loss of each row after temperature scaling."""
        return calibrated_losses(outputs, self._rows.labels[targets])

    def metrics(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return accuracy and mean log-loss in nats."""
        return label_metrics(outputs, self._rows.labels[targets])
