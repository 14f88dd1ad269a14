"""Keep the epoch whose fake-quantized network is closest to the float network."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from kerastl.artifacts.measure import Measure
from kerastl.artifacts.quantization_aware.distillation import divergences
from kerastl.training.criterion import Criterion
from kerastl.training.selection.kept_weights import KeptWeights

# As an export allows by default.
_MAX_DROP = 0.01


@dataclass(frozen=True)
class Measured:
    """A fake-quantized network, measured on the validation split.

    Attributes:
        weights: Weights of the network.
        divergences: Distance of each example's outputs from the float network's.
        losses: Loss of each example's outputs, by the task's own criterion.
        metric: The metric that an export compares files by.
        metrics: What the history shows, by name.
    """

    weights: list[np.ndarray]
    divergences: np.ndarray
    losses: np.ndarray
    metric: float
    metrics: dict[str, float]


class ClosestEpoch(KeptWeights):
    """Measure every epoch with fresh ranges, and restore the weights of the closest one.

    An epoch counts if the fake-quantized network agrees with the float one on no fewer
    validation examples than before the training, if its losses are not higher by more than
    a standard error, and if the task's metric does not fall by more than 0.01, or by more than
    one example. Of these the epoch with the lowest mean divergence is kept, if that is
    lower than before by more than a standard error of the difference, example by example;
    otherwise the weights of the beginning are restored.

    Args:
        network: The model whose weights train and are restored.
        outputs: Chooses ranges for the present weights, and computes the fake-quantized
            network's outputs on the validation split.
        expected: The float network's outputs before the training.
        targets: Targets of the validation examples.
        criterion: Of the task.
        measure: Of the task's artifacts.

    Attributes:
        kept_epoch: The epoch whose weights were restored, or None for those of the beginning.
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
        self._beginning: Measured | None = None
        self._closest: Measured | None = None
        self.kept_epoch: int | None = None

    @property
    def start(self) -> dict[str, float]:
        """The metrics before the training."""
        return {} if self._beginning is None else self._beginning.metrics

    @property
    def kept(self) -> dict[str, float]:
        """The metrics of the weights that were restored."""
        return {} if self._closest is None else self._closest.metrics

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Measure the weights of the beginning, unless a state was set."""
        if self._beginning is None:
            self._beginning = self._closest = self._measured()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Measure, and remember the weights if they are the closest so far."""
        measured = self._measured()
        if logs is not None:
            logs.update(measured.metrics)
        assert self._closest is not None
        closest = measured.divergences.mean() < self._closest.divergences.mean()
        if closest and self._counts(measured):
            self._closest, self.kept_epoch = measured, epoch

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Restore the closest weights."""
        self.restore_good()

    def restore_good(self) -> None:
        """Restore the closest weights, such as after an error."""
        if self._closest is not None:
            self._network.set_weights(self._closest.weights)

    def get_state(self) -> dict[str, Any]:
        """Return what was measured, and the weights that may be kept."""
        assert self._beginning is not None and self._closest is not None  # noqa: PT018
        return {
            "beginning": vars(self._beginning),
            "closest": vars(self._closest),
            "kept_epoch": self.kept_epoch,
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""
        self._beginning = Measured(**state["beginning"])
        self._closest = Measured(**state["closest"])
        self.kept_epoch = state["kept_epoch"]

    def described(self) -> dict[str, Any]:
        """Return the kept epoch, and the agreement with the float network before and after."""
        return {
            "kept_epoch": self.kept_epoch,
            "agreement_before": self.start["val_agreement"],
            "agreement": self.kept["val_agreement"],
        }

    def summary(self) -> str:
        """Return which weights were kept, with the metrics before and after."""
        metrics = " - ".join(
            f"{name}: {self.start[name]:.4g} before, {value:.4g} after"
            for name, value in self.kept.items()
        )
        if self.kept_epoch is None:
            closest = "no epoch was closer to the float model"
            return f"Restoring the weights from before the phase ({closest}): {metrics}"
        return f"Keeping epoch {self.kept_epoch + 1} ({metrics})"

    def _counts(self, measured: Measured) -> bool:
        assert self._beginning is not None
        gain, error = _mean_and_error(self._beginning.divergences - measured.divergences)
        rise, noise = _mean_and_error(measured.losses - self._beginning.losses)
        agrees = measured.metrics["val_agreement"] >= self.start["val_agreement"]
        bound = _MAX_DROP
        if self._measure.counts_examples:
            bound = max(bound, 1 / len(self._targets))
        falls = self._beginning.metric - measured.metric > bound + 1e-6
        return agrees and gain > error and rise <= noise and not falls

    def _measured(self) -> Measured:
        outputs = self._outputs()
        apart = divergences(self._expected, outputs, self._criterion.single_label)
        metrics = self._criterion.metrics(outputs, self._targets)
        return Measured(
            self._network.get_weights(),
            apart,
            self._criterion.losses(outputs, self._targets),
            self._measure.metric(outputs, self._targets),
            {
                "val_agreement": self._measure.agreement(outputs, self._expected),
                "val_divergence": float(apart.mean()),
                **{f"val_{name}": value for name, value in metrics.items()},
            },
        )


def _mean_and_error(values: np.ndarray) -> tuple[float, float]:
    return float(values.mean()), float(values.std() / np.sqrt(len(values)))
