"""A Keras history that spans all phases of a schedule."""

from typing import Any

import keras

_STATE = ("epoch", "history", "phases", "decision", "stopped")


class PhasedHistory(keras.callbacks.History):
    """Collect the metrics of all phases in one history.

    A linear probe counts as one epoch.

    Attributes:
        phases: One dictionary for each phase: its settings, its first epoch and what it found,
            such as the kept epoch.
        decision: The `Decision` of the schedule as plain values; None if it made none.
        stopped: Whether a user's callback has stopped the training.
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []
        self.phases: list[dict[str, Any]] = []
        self.decision: dict[str, Any] | None = None
        self.stopped = False
        self._skipped = 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Keep the rows of earlier phases, which Keras's own history would delete."""

    def record(self, logs: dict[str, float]) -> None:
        """Add the metrics of an epoch that ran without `keras.Model.fit`."""
        self.epoch.append(self.next_epoch)
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)

    def get_state(self) -> dict[str, Any]:
        """Return all rows and descriptions, as plain values."""
        return {name: getattr(self, name) for name in _STATE}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""
        for name in _STATE:
            setattr(self, name, state[name])

    @property
    def next_epoch(self) -> int:
        """Number of the next epoch, counted from 0 over all phases."""
        return max(self._skipped, self.epoch[-1] + 1 if self.epoch else 0)

    def skip_to(self, epoch: int) -> None:
        """Leave out the epochs before one, which an interrupted run has trained."""
        self._skipped = epoch
