"""Cross-entropy with label smoothing, focal loss and class weights."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="kerastl")
class Crossentropy(keras.losses.Loss):
    """Cross-entropy of probabilities with class indices or with shares of classes as labels.

    Keras has one loss for each kind of label, and label smoothing and focal loss only for shares.

    Args:
        label_smoothing: As in `LossSettings`. Defaults to 0.
        focal: As in `LossSettings`. Defaults to 0.
        class_weights: Factor on the loss of each class, in the order of the classes. An example
            with shares as label has the mean factor, weighted by its shares. The mean over a
            batch divides by the number of examples, not by the sum of factors. Defaults to
            None: 1 for every class.
        **kwargs: As for `keras.losses.Loss`.

    Example:

    >>> probabilities = keras.ops.array([[0.8, 0.2], [0.4, 0.6]])
    >>> integers = Crossentropy()(keras.ops.array([0, 1]), probabilities)
    >>> shares = Crossentropy()(keras.ops.array([[1.0, 0.0], [0.0, 1.0]]), probabilities)
    >>> bool(integers == shares)
    True
    """

    def __init__(
        self,
        label_smoothing: float = 0.0,
        focal: float = 0.0,
        class_weights: Sequence[float] | np.ndarray | None = None,
        name: str = "crossentropy",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.label_smoothing = label_smoothing
        self.focal = focal
        self.class_weights = None if class_weights is None else [float(w) for w in class_weights]

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each example in nats."""
        shares = _shares(y_true, y_pred)
        if self.focal:
            # alpha=1 instead of Keras's 0.25, so that gamma=0 gives the plain log-loss.
            losses = keras.losses.categorical_focal_crossentropy(
                shares, y_pred, alpha=1.0, gamma=self.focal, label_smoothing=self.label_smoothing
            )
        else:
            losses = keras.losses.categorical_crossentropy(
                shares, y_pred, label_smoothing=self.label_smoothing
            )
        if self.class_weights is None:
            return losses
        weights = ops.convert_to_tensor(self.class_weights, dtype=shares.dtype)
        return losses * ops.sum(shares * weights, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments as plain values."""
        return {
            **super().get_config(),
            "label_smoothing": self.label_smoothing,
            "focal": self.focal,
            "class_weights": self.class_weights,
        }


def _shares(labels: Any, probabilities: Any) -> Any:
    if len(labels.shape) == len(probabilities.shape):
        if labels.shape[-1] != 1:
            return labels
        labels = ops.squeeze(labels, axis=-1)
    classes = probabilities.shape[-1]
    return ops.one_hot(ops.cast(labels, "int32"), classes, dtype=probabilities.dtype)
