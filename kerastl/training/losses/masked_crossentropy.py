"""Cross-entropy and accuracy over the labelled positions of sequences."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="kerastl")
class MaskedCrossentropy(keras.losses.Loss):
    """Cross-entropy over the labelled positions of sequences; the label -1 means no label.

    The mean is over labelled positions, so that padding does not lower the loss.

    Args:
        **kwargs: As for `keras.losses.Loss`.

    Example:

    >>> probabilities = keras.ops.array([[[0.5, 0.5], [0.9, 0.1]]])
    >>> labels = keras.ops.array([[0, -1]])
    >>> float(MaskedCrossentropy()(labels, probabilities)) == float(-keras.ops.log(0.5))
    True
    """

    def __init__(self, name: str = "masked_crossentropy", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each position in nats.

        Losses are scaled so that their mean is the mean over labelled positions.

        Args:
            y_true: Shape `(batch, length)`.
            y_pred: Shape `(batch, length, classes)`.
        """
        labels = ops.cast(y_true, "int32")
        known = ops.cast(labels >= 0, y_pred.dtype)
        losses = known * ops.sparse_categorical_crossentropy(ops.maximum(labels, 0), y_pred)
        return losses * (ops.cast(ops.size(known), y_pred.dtype) / ops.maximum(ops.sum(known), 1.0))


@keras.saving.register_keras_serializable(package="kerastl")
class MaskedAccuracy(keras.metrics.Mean):
    """Share of labelled positions whose most probable class is correct.

    Args:
        **kwargs: As for `keras.metrics.Mean`.
    """

    def __init__(self, name: str = "accuracy", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch; shapes as for `MaskedCrossentropy.call`."""
        labels = ops.cast(y_true, "int32")
        right = ops.cast(ops.argmax(y_pred, axis=-1), "int32") == labels
        # Flattened: Keras would average over each text first, so that words of short texts would
        # count more.
        values, known = (
            ops.reshape(ops.cast(each, "float32"), (-1,)) for each in (right, labels >= 0)
        )
        super().update_state(values, known)
