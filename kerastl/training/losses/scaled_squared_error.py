"""The squared error in units of each target's standard deviation."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable(package="kerastl")
class ScaledSquaredError(keras.losses.Loss):
    """Mean squared error over targets, each divided by its standard deviation.

    Args:
        scale: Standard deviation of each target, above 0.
        **kwargs: As for `keras.losses.Loss`.

    Example:

    >>> loss = ScaledSquaredError([10.0, 1.0])
    >>> float(loss(keras.ops.array([[0.0, 0.0]]), keras.ops.array([[10.0, 1.0]])))
    1.0
    """

    def __init__(
        self,
        scale: Sequence[float] | np.ndarray,
        name: str = "scaled_squared_error",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.scale = [float(each) for each in scale]

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each example."""
        scale = ops.convert_to_tensor(self.scale, dtype=y_pred.dtype)
        return ops.mean(ops.square((y_pred - y_true) / scale), axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments as plain values."""
        return {**super().get_config(), "scale": self.scale}
