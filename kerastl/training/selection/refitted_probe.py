"""The callback that fits a new linear probe at the end of a phase."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from kerastl.backbones.running.run_in_order import run_in_order
from kerastl.training.criterion import Criterion
from kerastl.training.selection.kept_weights import KeptWeights


class RefittedProbe(KeptWeights):
    """Fit the head as a linear probe on the tuned features, and keep it if that helped.

    The weights that the phase began with are restored unless the mean validation loss improves by
    more than `required_gain` standard errors, as with `BestWeights`.

    Args:
        model: The whole model, which ends with the head.
        criterion: Loss and metrics of the task.
        validation: Batches of `(inputs, labels)` in a fixed order; None without validation
            examples, and then the new probe is always kept.
        refit: Function that fits the head on the features of the model's present weights.
        required_gain: Number of standard errors, as in `Phase`.

    Attributes:
        kept_epoch: The last epoch, or None for the weights that the phase began with.
        gain: Mean loss at the beginning minus that of the new probe.
        standard_error: Standard error of `gain`.
    """

    def __init__(
        self,
        model: keras.Model,
        criterion: Criterion,
        validation: Any,
        refit: Callable[[], Any],
        required_gain: float,
    ) -> None:
        super().__init__()
        self._whole = model
        self._criterion = criterion
        self._validation = validation
        self._refit = refit
        self._required_gain = required_gain
        self._weights: list[np.ndarray] | None = None
        self._losses = np.zeros(0)
        self._epoch = 0
        self.kept_epoch: int | None = None
        self.gain = self.standard_error = 0.0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Measure the weights that the phase begins with, unless a state was set."""
        if self._weights is None:
            self._weights = self._whole.get_weights()
            if self._validation is not None:
                self._losses = self._measure()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Store the number of the epoch."""
        self._epoch = epoch

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Fit the probe, and restore the first weights if it did not improve enough."""
        assert self._weights is not None
        self._refit()
        if self._validation is None:
            self.kept_epoch = self._epoch
            return
        gains = self._losses - self._measure()
        self.gain = float(gains.mean())
        self.standard_error = float(gains.std() / np.sqrt(len(gains)))
        if self.gain > self._required_gain * self.standard_error:
            self.kept_epoch = self._epoch
        else:
            self._whole.set_weights(self._weights)

    def restore_good(self) -> None:
        """Restore the weights that the phase began with."""
        assert self._weights is not None
        self._whole.set_weights(self._weights)

    def get_state(self) -> dict[str, Any]:
        """Return the weights that the phase began with, and their losses."""
        return {"weights": self._weights, "losses": self._losses, "epoch": self._epoch}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""
        self._weights, self._losses = state["weights"], state["losses"]
        self._epoch = state["epoch"]

    def described(self) -> dict[str, Any]:
        """Return the kept epoch for the history."""
        return {} if self._validation is None else {"kept_epoch": self.kept_epoch}

    def summary(self) -> str:
        """Return a line about the kept weights and the change of the loss."""
        if self._validation is None:
            return "Keeping the tuned features with a new linear probe"
        changed = f"validation loss changed by {-self.gain:+.4f} ± {self.standard_error:.4f}"
        if self.kept_epoch is None:
            return f"Restoring the weights from before the phase (a new linear probe: {changed})"
        return f"Keeping the tuned features with a new linear probe ({changed})"

    def _measure(self) -> np.ndarray:
        batches = self._validation.as_numpy_iterator()
        rows = [(outputs, labels) for outputs, (labels,) in run_in_order(self._whole, batches)]
        outputs, targets = (np.concatenate(each) for each in zip(*rows, strict=True))
        return self._criterion.losses(outputs, targets)
