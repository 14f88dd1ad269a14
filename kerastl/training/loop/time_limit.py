"""Callback that ends a phase when the time of a training is up."""

import time
from collections.abc import Callable
from typing import Any

import keras


class TimeLimit(keras.callbacks.Callback):
    """End a phase before its next epoch would exceed the time of the training.

    An estimate made before a phase may be too low, for example on a machine with other work. The
    phase ends after an epoch if another one, as long as the longest so far, would not fit; and in
    the middle of an epoch if the time for measuring the epoch is all that is left.

    Put it after all callbacks that measure the model, whose time counts.

    Args:
        deadline: Value of `time.perf_counter()` at which the training must be done.
        say: Function that prints a line.

    Attributes:
        ended: Whether the phase has ended early.
    """

    def __init__(self, deadline: float, say: Callable[[str], None]) -> None:
        super().__init__()
        self._deadline = deadline
        self._say = say
        self._epochs = 0
        self._begun = self._last_batch = 0.0
        self._longest = self._longest_end = 0.0
        self.ended = False

    def set_params(self, params: dict[str, Any]) -> None:
        """Note the number of epochs."""
        super().set_params(params)
        self._epochs = params["epochs"]

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Note the time."""
        self._begun = self._last_batch = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """End the phase if only the time to measure the epoch is left."""
        self._last_batch = time.perf_counter()
        if self._last_batch + self._longest_end >= self._deadline:
            self._end("within an epoch")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """End the phase if another epoch would take longer than the time that is left."""
        now = time.perf_counter()
        self._longest = max(self._longest, now - self._begun)
        self._longest_end = max(self._longest_end, now - self._last_batch)
        if epoch + 1 < self._epochs and now + self._longest > self._deadline:
            self._end(f"after epoch {epoch + 1}")

    def _end(self, where: str) -> None:
        if not self.ended:
            self._say(f"The time of the budget is up: the phase ends {where}")
        self.ended = True
        self.model.stop_training = True
