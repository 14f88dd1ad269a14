"""The callback that ends a phase whose training loss rises."""

from collections import deque
from typing import Any

import keras
import numpy as np

# The rate is 0 in the first step of a warm-up: two losses are those of the first weights.
_FIRST = 2
_RECENT = 10
_FACTOR = 2.0
_ERRORS = 3.0


class RisingLoss(keras.callbacks.Callback):
    """End a phase as soon as its training loss shows that its weights are destroyed.

    A learning rate that is too high for a network destroys pre-trained weights within a few steps,
    and later epochs do not restore them. The phase ends if the mean loss of ten steps exceeds, by
    more than three standard errors, twice the mean of the first two steps, which a warm-up
    takes with the first weights, and twice the loss of a model that knows nothing. A smaller rise
    is usual: a linear probe has a training loss near 0, and tuning first distorts the features.

    Args:
        uninformed_loss: The loss of a model that knows nothing; see `Criterion.uninformed_loss`.

    Attributes:
        reason: Why the phase was ended, as one line; None if it was not.
    """

    def __init__(self, uninformed_loss: float) -> None:
        super().__init__()
        self._uninformed_loss = uninformed_loss
        self._first: list[float] = []
        self._recent: deque[float] = deque(maxlen=_RECENT)
        self._sum = 0.0
        self._step = 0
        self.reason: str | None = None

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Begin a new mean: Keras's logs hold the mean loss of the epoch so far."""
        self._sum, self._step = 0.0, 0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Compare the losses of the last steps with those of the first ones."""
        total = float((logs or {}).get("loss", 0.0)) * (batch + 1)
        loss = (total - self._sum) / max(1, batch + 1 - self._step)
        self._sum, self._step = total, batch + 1
        if len(self._first) < _FIRST:
            self._first.append(loss)
            return
        self._recent.append(loss)
        if len(self._recent) < _RECENT:
            return
        first, recent = float(np.mean(self._first)), float(np.mean(self._recent))
        # The first steps vary, too, as where class weights make rare examples count.
        error = np.hypot(np.std(self._recent) / _RECENT**0.5, np.std(self._first) / _FIRST**0.5)
        if recent - _ERRORS * error > _FACTOR * max(first, self._uninformed_loss):
            self.reason = (
                f"The training loss rose from {first:.3g} to {recent:.3g}: the learning rate is "
                "too high for this network. The phase ends here"
            )
            self.model.stop_training = True

    def get_state(self) -> dict[str, Any]:
        """Return the losses of the first and of the last steps."""
        return {"first": self._first, "recent": list(self._recent), "reason": self.reason}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""
        self._first, self.reason = list(state["first"]), state["reason"]
        self._recent = deque(state["recent"], maxlen=_RECENT)
