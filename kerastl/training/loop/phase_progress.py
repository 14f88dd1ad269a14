"""Progress of a phase: its epochs by number, and the loss that decides."""

from __future__ import annotations

from typing import Any

import keras

from kerastl.basics.printer import show
from kerastl.training.selection.kept_weights import KeptWeights


class PhaseProgress(keras.callbacks.ProgbarLogger):
    """Keras's progress bar, with epochs numbered within their phase.

    `keras.Model.fit` shows one progress bar; it leaves out its own if it is given one. Put it after
    the callbacks that add metrics to the logs.

    Args:
        title: Name of the phase, such as `"Phase 2 of 2"`.
        first_epoch: Number of the phase's first epoch, counted over all phases.
        epochs: Number of epochs of the phase.
        kept: The callback that selects the weights of the phase, which has a line for each epoch.
    """

    def __init__(self, title: str, first_epoch: int, epochs: int, kept: KeptWeights) -> None:
        super().__init__()
        self._title = title
        self._first_epoch = first_epoch
        self._epochs_of_phase = epochs
        self._kept = kept

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Print the number of the epoch."""
        # Keras prints its own line, counted over all phases, if there is more than one epoch.
        self.epochs = 1
        super().on_epoch_begin(epoch, logs)
        number = epoch - self._first_epoch + 1
        show(f"{self._title}, epoch {number} of {self._epochs_of_phase}")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Print the metrics of the epoch and the loss that decides."""
        super().on_epoch_end(epoch, logs)
        line = self._kept.epoch_line()
        if line is not None:
            show(line)
