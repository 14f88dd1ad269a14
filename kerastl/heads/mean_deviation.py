"""Layer that measures how much each channel of a feature map varies over its positions."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="kerastl")
class MeanAbsoluteDeviation(keras.layers.Layer):
    """Reduce a feature map to the mean absolute deviation of each channel from its mean.

    A mean tells how much of a pattern an image has, and the deviation whether it is everywhere or
    in few places. Unlike a standard deviation, it needs neither squares nor a root, which lose
    precision in 8 bits.

    Args:
        **kwargs: As for `keras.layers.Layer`.

    Input: shape `(batch, height, width, channels)`. Output: shape `(batch, channels)`.

    Example:

    >>> layer = MeanAbsoluteDeviation()
    >>> layer(keras.ops.reshape(keras.ops.array([0.0, 0.0, 4.0, 4.0]), (1, 2, 2, 1))).shape
    TensorShape([1, 1])
    """

    def call(self, inputs: Any) -> Any:
        """Return the deviations."""
        mean = ops.mean(inputs, axis=(1, 2), keepdims=True)
        return ops.mean(ops.absolute(inputs - mean), axis=(1, 2))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return `(batch, channels)`."""
        return (input_shape[0], input_shape[-1])
