"""The callback that stops training if the loss becomes NaN or infinite."""

import math
from typing import Any

import keras


class FiniteLoss(keras.callbacks.Callback):
    """Raise an error as soon as the loss is NaN or infinite, since no later step repairs weights.

    The loss in Keras's logs is the mean over the epoch so far, so that one such step stays
    visible. The caller of `fit` must restore good weights: on JAX a callback cannot set weights in
    the middle of an epoch.

    Args:
        phase: Name of the phase in the error. Defaults to `"training"`.

    Raises:
        FloatingPointError: After the first step whose loss is not finite.

    Example:

    ```python
    model.fit(x, y, callbacks=[FiniteLoss()])
    ```
    """

    def __init__(self, phase: str = "training") -> None:
        super().__init__()
        self._phase = phase
        self._epoch = self._step = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Store the epoch for the error."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Check the training loss."""
        self._step = batch + 1
        self._check((logs or {}).get("loss"))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Check the validation loss, if an earlier callback has measured it."""
        self._check((logs or {}).get("val_loss"))

    def _check(self, loss: Any) -> None:
        if loss is None or math.isfinite(float(loss)):
            return
        raise FloatingPointError(
            f"The loss became {float(loss)} in step {self._step} of epoch {self._epoch + 1}, in "
            f"{self._phase}. Training was stopped. Use a tenth of the learning rate or a longer "
            "warmup, or float32 instead of mixed precision, and check the data for values that "
            f"are not finite. Received: loss={float(loss)}"
        )
