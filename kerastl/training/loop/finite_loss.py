"""The callback that ends a phase whose loss is no longer a number."""

import math
from typing import Any

import keras


class FiniteLoss(keras.callbacks.Callback):
    """Raise as soon as the loss is NaN or infinite: from there on no step can mend the weights.

    The loss in Keras's logs is the mean over the epoch so far, in which one such step stays.
    Whoever calls `fit` puts good weights back: on JAX a callback cannot, in the middle of an
    epoch.

    Args:
        phase: What the phase is called in the error. Defaults to `"training"`.

    Raises:
        FloatingPointError: In the step after which the loss is not finite.

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
        """Remember the epoch for the error."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Look at the loss."""
        self._step = batch + 1
        self._check((logs or {}).get("loss"))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Look at what the weights of the last step give, where a callback before measured it."""
        self._check((logs or {}).get("val_loss"))

    def _check(self, loss: Any) -> None:
        if loss is None or math.isfinite(float(loss)):
            return
        raise FloatingPointError(
            f"The loss became {float(loss)} in step {self._step} of epoch {self._epoch + 1}, in "
            f"{self._phase}, and training was stopped. Use a lower learning rate, a tenth to begin "
            "with, or a longer warmup; with mixed precision also try float32, and look for "
            f"examples with values that are not finite. Received: loss={float(loss)}"
        )
