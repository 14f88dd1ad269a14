"""The callback that ends a phase with its best weights."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np


class KeepBest(keras.callbacks.Callback):
    """Restore the weights with the highest validation accuracy when training ends.

    The weights of the beginning stay unless an epoch is more accurate by a margin: training that
    changes a good model should be able to show that it helped. Equal accuracies, common on a
    small validation split, are told apart by validation loss. Loss alone would be a poor judge:
    fine-tuning soon grows overconfident, which raises the loss of a model that still gets better
    at telling classes apart (Guo et al. 2017).

    Args:
        beginning: `val_accuracy` and `val_loss` of the weights that training begins with: where
            no epoch beats them, those weights are restored.
        margin: Accuracy by which an epoch must exceed the beginning's. Defaults to 0.

    Attributes:
        best: `val_accuracy` and `val_loss` of the best weights.
        best_epoch: The epoch that reached them, or None for the weights of the beginning.
    """

    def __init__(self, beginning: Mapping[str, float], margin: float = 0.0) -> None:
        super().__init__()
        self.best = _figures(beginning)
        self._margin = margin
        self.best_epoch: int | None = None
        self._weights: list[np.ndarray] = []

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Remember the weights of the beginning."""
        self._weights = self.model.get_weights()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Remember the weights if they are the best so far."""
        reached = _figures(logs or {})
        if _is_better(reached, self.best, self._margin if self.best_epoch is None else 0.0):
            self.best, self.best_epoch = reached, epoch
            self._weights = self.model.get_weights()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Restore the best weights."""
        self.model.set_weights(self._weights)


def _figures(logs: Mapping[str, float]) -> dict[str, float]:
    return {name: float(logs[name]) for name in ("val_accuracy", "val_loss")}


def _is_better(figures: Mapping[str, float], other: Mapping[str, float], margin: float) -> bool:
    gain = figures["val_accuracy"] - other["val_accuracy"] - margin
    return gain > 1e-9 or (gain > -1e-9 and figures["val_loss"] < other["val_loss"])
