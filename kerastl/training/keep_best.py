"""The callback that ends a phase with its best weights."""

from typing import Any

import keras
import numpy as np


class KeepBest(keras.callbacks.Callback):
    """Restore the weights with the lowest validation loss when training ends.

    Args:
        baseline: Validation loss of the weights that training begins with: where no epoch
            beats it, those are restored. In nats.

    Attributes:
        best: The lowest validation loss.
        best_epoch: The epoch that reached it, or None for the weights of the beginning.
    """

    def __init__(self, baseline: float) -> None:
        super().__init__()
        self.best = baseline
        self.best_epoch: int | None = None
        self._weights: list[np.ndarray] = []

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Remember the weights of the beginning."""
        self._weights = self.model.get_weights()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Remember the weights if they are the best so far."""
        loss = (logs or {})["val_loss"]
        if loss < self.best:
            self.best, self.best_epoch = loss, epoch
            self._weights = self.model.get_weights()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Restore the best weights."""
        self.model.set_weights(self._weights)
