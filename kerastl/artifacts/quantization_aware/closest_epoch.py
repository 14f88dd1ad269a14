"""The callback that ends a rounded training with the weights closest to the float network."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from kerastl.artifacts.measure import Measure
from kerastl.artifacts.quantization_aware.distillation import divergences
from kerastl.training.criterion import Criterion


@dataclass(frozen=True)
class Measured:
    """A rounded network on the validation split, beside the float network it began as.

    Attributes:
        weights: Of the network.
        divergences: How far each example's outputs are from the float network's.
        losses: How wrong each example's outputs are, by the task's own criterion.
        metrics: What the history shows, by name.
    """

    weights: list[np.ndarray]
    divergences: np.ndarray
    losses: np.ndarray
    metrics: dict[str, float]


class ClosestEpoch(keras.callbacks.Callback):
    """Measure every epoch with fresh ranges, and restore the weights of the closest one.

    An epoch counts if the rounded network agrees with the float one on no fewer validation
    examples than before the training, and if its losses are not higher by more than a standard
    error. Of these the one with the lowest mean divergence is kept, if that is lower than before
    by more than a standard error of the difference, example by example; else the weights of the
    beginning come back.

    Args:
        network: The model whose weights train and are restored.
        outputs: Chooses ranges for the present weights, and gives the rounded network's outputs
            on the validation split.
        expected: The float network's outputs before the training.
        targets: What the validation examples are.
        criterion: Of the task.
        measure: Of the task's files.

    Attributes:
        start: The metrics before the training.
        kept: The metrics of the weights that were restored.
        kept_epoch: Their epoch, or None for the weights of the beginning.
    """

    def __init__(
        self,
        network: keras.Model,
        outputs: Callable[[], np.ndarray],
        expected: np.ndarray,
        targets: np.ndarray,
        criterion: Criterion,
        measure: Measure,
    ) -> None:
        super().__init__()
        self._network = network
        self._outputs = outputs
        self._expected = expected
        self._targets = targets
        self._criterion = criterion
        self._measure = measure
        self._beginning = self._closest = self._measured()
        self.kept_epoch: int | None = None
        self.start = self._beginning.metrics

    @property
    def kept(self) -> dict[str, float]:
        """The metrics of the weights that were restored."""
        return self._closest.metrics

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Measure, and remember the weights if they are the closest so far."""
        measured = self._measured()
        if logs is not None:
            logs.update(measured.metrics)
        closest = measured.divergences.mean() < self._closest.divergences.mean()
        if closest and self._counts(measured):
            self._closest, self.kept_epoch = measured, epoch

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Restore the closest weights."""
        self.restore()

    def restore(self) -> None:
        """Put the closest weights back, such as after an error."""
        self._network.set_weights(self._closest.weights)

    def _counts(self, measured: Measured) -> bool:
        gain, error = _mean_and_error(self._beginning.divergences - measured.divergences)
        rise, noise = _mean_and_error(measured.losses - self._beginning.losses)
        agrees = measured.metrics["val_agreement"] >= self.start["val_agreement"]
        return agrees and gain > error and rise <= noise

    def _measured(self) -> Measured:
        outputs = self._outputs()
        apart = divergences(self._expected, outputs, self._criterion.single_label)
        metrics = self._criterion.metrics(outputs, self._targets)
        return Measured(
            self._network.get_weights(),
            apart,
            self._criterion.losses(outputs, self._targets),
            {
                "val_agreement": self._measure.agreement(outputs, self._expected),
                "val_divergence": float(apart.mean()),
                **{f"val_{name}": value for name, value in metrics.items()},
            },
        )


def _mean_and_error(values: np.ndarray) -> tuple[float, float]:
    return float(values.mean()), float(values.std() / np.sqrt(len(values)))
