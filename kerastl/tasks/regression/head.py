"""The head of a regression."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np


@keras.saving.register_keras_serializable(package="kerastl")
class RegressionHead(keras.layers.Layer):
    """Turn a pooled feature vector into numbers in the targets' own units.

    Dropout, one dense layer, then the targets' scale and mean, so that the dense layer works with
    numbers of about 1 whatever the unit. Numbers are float32 under every precision policy. The
    half-widths of the intervals take no part in the computation: the head carries them, so that
    they are saved with the model whose errors they were measured on.

    Args:
        mean: Of each target in training.
        scale: Standard deviation of each target in training.
        dropout: Share of features dropped in training. Defaults to 0.
        half_widths: Of each target's interval, in its unit; see `conformal_half_widths`. Defaults
            to infinity: nothing is known of the errors.
        **kwargs: As for `keras.layers.Layer`.

    Example:

    >>> RegressionHead([20.0], [5.0])(keras.ops.zeros((4, 16)))[0].numpy().tolist()
    [20.0]
    """

    def __init__(
        self,
        mean: Sequence[float] | np.ndarray,
        scale: Sequence[float] | np.ndarray,
        dropout: float = 0.0,
        half_widths: Sequence[float] | np.ndarray | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.mean = tuple(map(float, mean))
        self.scale = tuple(map(float, scale))
        if not self.mean or len(self.mean) != len(self.scale) or min(self.scale) <= 0:
            raise ValueError(
                "Every target has a mean and a scale above 0. "
                f"Received: mean={list(mean)}, scale={list(scale)}"
            )
        unknown = (float("inf"),) * len(self.mean)
        self.half_widths = unknown if half_widths is None else tuple(map(float, half_widths))
        self.dropout = keras.layers.Dropout(dropout, name="dropout")
        self.dense = keras.layers.Dense(len(self.mean), dtype="float32", name="scaled")

    def build(self, input_shape: Any) -> None:
        """Create the weights for features of the given shape."""
        self.dense.build(input_shape)
        super().build(input_shape)

    def call(self, features: Any, training: bool | None = None) -> Any:
        """Return numbers, shape `(batch, targets)`."""
        scaled = self.dense(self.dropout(features, training=training))
        scale = keras.ops.convert_to_tensor(self.scale, dtype="float32")
        mean = keras.ops.convert_to_tensor(self.mean, dtype="float32")
        return scaled * scale + mean

    def assign(self, kernel: np.ndarray, bias: np.ndarray) -> None:
        """Set the dense layer's weights, for scaled targets.

        Args:
            kernel: Shape `(features, targets)`.
            bias: Shape `(targets,)`.
        """
        self.dense.kernel.assign(kernel)
        self.dense.bias.assign(bias)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return `(batch, targets)`."""
        return (*input_shape[:-1], len(self.mean))

    def get_config(self) -> dict[str, Any]:
        """Return the layer's configuration."""
        return {
            **super().get_config(),
            "mean": list(self.mean),
            "scale": list(self.scale),
            "dropout": self.dropout.rate,
            "half_widths": list(self.half_widths),
        }
