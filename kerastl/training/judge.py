"""The callback that measures every epoch of a phase and decides which weights it ends with."""

from typing import Any

import keras
import numpy as np

from kerastl.training.calibrated_loss import calibrated_losses


class Judge(keras.callbacks.Callback):
    """Measure the validation split after every epoch, and restore the weights that did best.

    The best epoch has the lowest log-loss at its own best temperature; see `calibrated_losses`.
    It has to show that it helped: the weights of the beginning stay unless the mean difference,
    example by example, exceeds its standard error (the rule of Breiman et al. 1984: without
    evidence, the simpler model).

    Put it before other callbacks: they find `val_accuracy` and `val_loss` in the logs.

    Args:
        validation: Batches of `(inputs, labels)`, a `tf.data.Dataset` in a fixed order.
        restore: Whether training ends with the best weights. Defaults to True; else it ends
            with the last.

    Attributes:
        kept_epoch: The epoch whose weights were restored, or None for the weights of the
            beginning.
        kept: `val_accuracy` and `val_loss` of those.
        gain: By how much the best epoch's calibrated loss is below the beginning's, in nats.
        standard_error: Of that gain.
    """

    def __init__(self, validation: Any, restore: bool = True) -> None:
        super().__init__()
        self._validation = validation
        self._restore = restore
        self.kept_epoch: int | None = None
        self.kept: dict[str, float] = {}
        self.gain = self.standard_error = 0.0
        self._best: _Judged | None = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Measure the weights of the beginning."""
        if self._restore:
            self._beginning = self._judge(None)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Measure, and remember the weights if they are the best so far."""
        judged = self._judge(epoch)
        if logs is not None:
            logs.update(judged.figures)
        if self._restore and (self._best is None or judged.loss < self._best.loss):
            self._best = judged

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Restore the best weights."""
        if self._best is None:
            return
        gains = self._beginning.losses - self._best.losses
        self.gain = float(gains.mean())
        self.standard_error = float(gains.std() / np.sqrt(len(gains)))
        kept = self._best if self.gain > self.standard_error else self._beginning
        self.kept_epoch, self.kept = kept.epoch, kept.figures
        self.model.set_weights(kept.weights)

    def _judge(self, epoch: int | None) -> "_Judged":
        rows = [
            (self.model.predict_on_batch(inputs), labels)
            for inputs, labels in self._validation.as_numpy_iterator()
        ]
        probabilities, labels = (np.concatenate(each) for each in zip(*rows, strict=True))
        weights = self.model.get_weights() if self._restore else []
        return _Judged(epoch, probabilities, labels, weights)


class _Judged:
    def __init__(
        self,
        epoch: int | None,
        probabilities: np.ndarray,
        labels: np.ndarray,
        weights: list[np.ndarray],
    ) -> None:
        self.epoch = epoch
        self.weights = weights
        self.losses = calibrated_losses(probabilities, labels)
        self.loss = float(self.losses.mean())
        right = probabilities[np.arange(len(labels)), labels]
        self.figures = {
            "val_accuracy": float((probabilities.argmax(axis=1) == labels).mean()),
            "val_loss": float(-np.log(np.maximum(right, keras.config.epsilon())).mean()),
        }
