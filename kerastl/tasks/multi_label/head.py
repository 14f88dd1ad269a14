"""The head of a multi-label classifier."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from kerastl.basics.arguments import check_count


@keras.saving.register_keras_serializable(package="kerastl")
class MultiLabelHead(keras.layers.Layer):
    """Turn a pooled feature vector into one probability for each label.

    Dropout, one dense layer, sigmoid. Logits and probabilities are float32 under every precision
    policy. The thresholds take no part in the computation: the head carries them, so that they
    are saved with the model whose probabilities they were chosen for.

    Args:
        labels: Number of labels, at least 1.
        dropout: Share of features dropped in training. Defaults to 0.
        thresholds: Smallest probability at which each label is predicted. Defaults to 0.5 for all.
        **kwargs: As for `keras.layers.Layer`.

    Example:

    >>> MultiLabelHead(3)(keras.ops.ones((4, 16))).shape
    TensorShape([4, 3])
    """

    def __init__(
        self,
        labels: int,
        dropout: float = 0.0,
        thresholds: Sequence[float] | np.ndarray | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_count("labels", labels)
        self.labels = labels
        self.thresholds = (0.5,) * labels if thresholds is None else tuple(map(float, thresholds))
        self.dropout = keras.layers.Dropout(dropout, name="dropout")
        self.dense = keras.layers.Dense(labels, dtype="float32", name="logits")

    def build(self, input_shape: Any) -> None:
        """Create the weights for features of the given shape."""
        self.dense.build(input_shape)
        super().build(input_shape)

    def call(self, features: Any, training: bool | None = None) -> Any:
        """Return probabilities, shape `(batch, labels)`."""
        return keras.ops.sigmoid(self.dense(self.dropout(features, training=training)))

    def assign(self, kernel: np.ndarray, bias: np.ndarray) -> None:
        """Set the dense layer's weights.

        Args:
            kernel: Shape `(features, labels)`.
            bias: Shape `(labels,)`.
        """
        self.dense.kernel.assign(kernel)
        self.dense.bias.assign(bias)

    def divide_logits(self, temperature: float) -> None:
        """Divide the logits by a temperature: kernel and bias of the dense layer."""
        self.assign(self.dense.kernel / temperature, self.dense.bias / temperature)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return `(batch, labels)`."""
        return (*input_shape[:-1], self.labels)

    def get_config(self) -> dict[str, Any]:
        """Return the layer's configuration."""
        return {
            **super().get_config(),
            "labels": self.labels,
            "dropout": self.dropout.rate,
            "thresholds": list(self.thresholds),
        }
