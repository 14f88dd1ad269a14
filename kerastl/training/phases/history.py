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
        kept_instead: Which weights the model has, if not those of this training.
        refit: The linear probe that was fitted again on training and validation examples: its
            penalty, the number of examples, whether the features were tuned, and its cross-fitted
            metrics. None if there was no refit.
        calibration: The temperature that the logits were divided by, and the number and kind of
            the examples that it was fitted on. None if the outputs are not probabilities.
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []
        self.phases: list[dict[str, Any]] = []
        self.decision: dict[str, Any] | None = None
        self.stopped = False
        self.kept_instead: str | None = None
        self.refit: dict[str, Any] | None = None
        self.calibration: dict[str, Any] | None = None
        self._skipped = 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Keep the rows of earlier phases, which Keras's own history would delete."""

    def record(self, logs: dict[str, float]) -> None:
        """Add the metrics of an epoch that ran without `keras.Model.fit`."""
        self.epoch.append(self.next_epoch)
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)

    @property
    def kept(self) -> str:
        """Which weights the model has after the training, and why, as one line."""
        if self.kept_instead is not None:
            return self.kept_instead
        reasons: list[str] = []
        for number, phase in reversed(list(enumerate(self.phases, start=1))):
            why = "".join(f"; {reason}" for reason in reversed(reasons))
            if phase["linear_probe"]:
                return f"the linear probe of phase {number}{why}"
            if "kept_epoch" not in phase:
                return f"the last epoch of phase {number}{why}"
            if phase["kept_epoch"] is not None:
                best = phase["kept_epoch"] + 1
                return f"epoch {best}, the best of phase {number} on the validation split{why}"
            reasons.append(f"phase {number} did not improve enough on the validation split")
        return f"those from before the training{''.join(f'; {each}' for each in reasons[::-1])}"

    @property
    def kept_probe(self) -> int | None:
        """Index of the linear probe in `phases` that the model ended with, or None.

        None also if an earlier phase changed the backbone: its features are then not those of the
        pre-trained network.
        """
        changed = [not phase["linear_probe"] and _changed(phase) for phase in self.phases]
        probes = [number for number, phase in enumerate(self.phases) if phase["linear_probe"]]
        if self.kept_instead is not None or not probes or any(changed):
            return None
        return probes[-1]

    def __repr__(self) -> str:
        counts = f"epochs: {len(self.epoch)}, phases: {len(self.phases)}"
        return f"PhasedHistory({counts}; weights: {self.kept})"

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


def _changed(phase: dict[str, Any]) -> bool:
    """Return whether weights of a phase of gradient steps were kept."""
    return "kept_epoch" not in phase or phase["kept_epoch"] is not None
