"""The head of a classifier."""

from typing import Any

import keras
import numpy as np

from kerastl.basics.arguments import check_count


@keras.saving.register_keras_serializable(package="kerastl")
class ClassificationHead(keras.layers.Layer):
    """Turn a pooled feature vector into class probabilities.

    Dropout, one dense layer, softmax. Logits and probabilities are float32 under every
    precision policy.

    Args:
        classes: Number of classes, at least 2.
        dropout: Share of features dropped in training. Defaults to 0.
        **kwargs: As for `keras.layers.Layer`.

    Example:

    >>> ClassificationHead(3)(keras.ops.ones((4, 16))).shape
    TensorShape([4, 3])
    """

    def __init__(self, classes: int, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_count("classes", classes, at_least=2)
        self.classes = classes
        self.dropout = keras.layers.Dropout(dropout, name="dropout")
        self.dense = keras.layers.Dense(classes, dtype="float32", name="logits")

    def build(self, input_shape: Any) -> None:
        """Create the weights for features of the given shape."""
        self.dense.build(input_shape)
        super().build(input_shape)

    def logits(self, features: Any, training: bool | None = None) -> Any:
        """Return unnormalised log-probabilities, shape `(batch, classes)`."""
        return self.dense(self.dropout(features, training=training))

    def call(self, features: Any, training: bool | None = None) -> Any:
        """Return probabilities, shape `(batch, classes)`."""
        return keras.ops.softmax(self.logits(features, training=training))

    def assign(self, kernel: np.ndarray, bias: np.ndarray) -> None:
        """Set the dense layer's weights.

        Args:
            kernel: Shape `(features, classes)`.
            bias: Shape `(classes,)`.
        """
        self.dense.kernel.assign(kernel)
        self.dense.bias.assign(bias)

    def divide_logits(self, temperature: float) -> None:
        """Divide the logits by a temperature: kernel and bias of the dense layer."""
        self.assign(self.dense.kernel / temperature, self.dense.bias / temperature)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """Return `(batch, classes)`."""
        return (*input_shape[:-1], self.classes)

    def get_config(self) -> dict[str, Any]:
        """Return the layer's configuration."""
        return {
            **super().get_config(),
            "classes": self.classes,
            "dropout": self.dropout.rate,
        }
