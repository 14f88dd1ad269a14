"""A callback that raises the strength of gradient reversal during training."""

from collections.abc import Callable
from typing import Any

import keras

from kerastl.adaptation.losses.gradient_reversal import GradientReversal
from kerastl.adaptation.losses.reversal_strength import reversal_strength


class AdversarialStrength(keras.callbacks.Callback):
    """Raise the strength of every `GradientReversal` in a model during `fit`.

    The strength is set before each step. The one of an epoch's last step is logged as `strength`.

    Args:
        strength: Largest strength. Defaults to 1.
        schedule: Function from progress, 0 to 1, to a factor on `strength`. Defaults to
            `reversal_strength`, the schedule of Ganin et al. 2016.

    Raises:
        ValueError: If the model has no `GradientReversal`, when training begins.

    Example:

    ```python
    model.fit(x, y, epochs=10, callbacks=[AdversarialStrength()])
    ```
    """

    def __init__(
        self, strength: float = 1.0, schedule: Callable[[Any], Any] = reversal_strength
    ) -> None:
        super().__init__()
        self._largest, self._schedule = strength, schedule
        self._reversals: list[GradientReversal] = []
        self._step = 0
        self._strength = 0.0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Find the model's `GradientReversal` layers."""
        layers = self.model._flatten_layers(include_self=False)
        self._reversals = [layer for layer in layers if isinstance(layer, GradientReversal)]
        if not self._reversals:
            names = ", ".join(layer.name for layer in self.model.layers)
            raise ValueError(
                "The model has no GradientReversal layer: add one between the features and the "
                f"domain discriminator. Received: a model with the layers {names}"
            )
        self._step = 0

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Set the strength for the next step."""
        steps = (self.params.get("steps") or 0) * self.params["epochs"]
        progress = min(1.0, self._step / steps) if steps > 0 else 0.0
        self._strength = self._largest * float(self._schedule(progress))
        self._step += 1
        if keras.backend.backend() == "jax":
            # The JAX loop trains on copies of the variables and would ignore the assignment.
            self.model.jax_state_sync()
        for reversal in self._reversals:
            reversal.strength.assign(self._strength)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Log the strength of the epoch's last step."""
        if logs is not None:
            logs["strength"] = self._strength
