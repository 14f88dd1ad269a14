"""The callbacks that select the weights a phase ends with."""

import abc
from typing import Any

import keras
import numpy as np

BEFORE = "the weights from before the phase"
"""What a phase began with, if it was no linear probe."""


class KeptWeights(keras.callbacks.Callback, abc.ABC):
    """A callback that selects the weights a phase ends with.

    Attributes:
        first_epoch: Number of the phase's first epoch, counted from 0 over all phases.
        begins_with: What the phase began with, for printed lines.
    """

    first_epoch: int = 0
    begins_with: str = BEFORE

    def epoch_line(self) -> str | None:
        """Return a printed line about the last epoch, or None."""
        return None

    @abc.abstractmethod
    def restore_good(self) -> None:
        """Restore, after an error, the weights that the phase would have ended with."""

    @abc.abstractmethod
    def get_state(self) -> dict[str, Any]:
        """Return all that the next epochs depend on, as plain values and arrays."""

    @abc.abstractmethod
    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""

    def measured_weights(self) -> list[np.ndarray] | None:
        """Return the weights that the last epoch was measured with, or None for the model's."""
        return None

    def described(self) -> dict[str, Any]:
        """Return entries about the kept weights for the history of the phase."""
        return {}

    def summary(self) -> str | None:
        """Return a printed line about the kept weights, or None if nothing was selected."""
        return None


class LastWeights(KeptWeights):
    """Keep the weights of the last epoch, without measuring any epoch.

    After an error, the weights that the phase began with are restored.
    """

    def __init__(self) -> None:
        super().__init__()
        self._beginning: list[np.ndarray] | None = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Store the weights, unless a state was set."""
        if self._beginning is None:
            self._beginning = self.model.get_weights()

    def restore_good(self) -> None:
        """Restore the weights that the phase began with."""
        assert self._beginning is not None
        self.model.set_weights(self._beginning)

    def get_state(self) -> dict[str, Any]:
        """Return the weights that the phase began with."""
        return {"beginning": self._beginning}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""
        self._beginning = state["beginning"]
