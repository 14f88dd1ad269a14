"""One history over all phases of a schedule."""

from typing import Any

import keras

_STATE = ("epoch", "history", "phases", "decision")


class PhasedHistory(keras.callbacks.History):
    """Collect the metrics of several `fit` calls as if they were one.

    A linear probe counts as one epoch, so that every row of `history` has the same meaning.

    Attributes:
        phases: One dictionary a phase: its settings, its first epoch and what it chose.
        decision: What a schedule that decides on evidence chose, as plain values; None where
            nothing was left to decide.
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []
        self.phases: list[dict[str, Any]] = []
        self.decision: dict[str, Any] | None = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Keep what earlier phases wrote; Keras's own history would start anew."""

    def record(self, logs: dict[str, float]) -> None:
        """Add one row that no `fit` call made."""
        self.epoch.append(self.next_epoch)
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)

    def get_state(self) -> dict[str, Any]:
        """Return all that is known so far."""
        return {name: getattr(self, name) for name in _STATE}

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from what `get_state` returned."""
        for name in _STATE:
            setattr(self, name, state[name])

    @property
    def next_epoch(self) -> int:
        """The number of the epoch to come, counted from 0."""
        return len(self.epoch)
