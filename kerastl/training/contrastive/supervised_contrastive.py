"""The loss of contrastive fine-tuning: alike inside a class, unlike between classes."""

from typing import Any

import keras
from keras import ops

from kerastl.basics.arguments import check_number


@keras.saving.register_keras_serializable(package="kerastl")
class SupervisedContrastive(keras.losses.Loss):
    """Find an example's own class among all others of its batch by cosine similarity.

    The cross-entropy of a softmax over the others, averaged over those of the same class: the
    loss of Khosla et al. 2020, "Supervised contrastive learning", equation 2. Classes that are
    taken for each other are moved apart first. SetFit's squared difference (Tunstall et al.
    2022) asks for right angles between all classes instead, and with many of them undoes what a
    sentence encoder knows about their meaning.

    Args:
        temperature: What similarities are divided by. Defaults to 0.05, with which sentence
            encoders are pre-trained.
        **kwargs: As for `keras.losses.Loss`.

    Called with class indices of shape `(batch,)` and vectors of shape `(batch, width)`. An
    example with no other of its class has a loss of 0.

    Example:

    >>> vectors = keras.ops.convert_to_tensor([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
    >>> loss = SupervisedContrastive()
    >>> bool(loss([0, 0, 1], vectors) < loss([0, 1, 0], vectors))
    True
    """

    def __init__(self, temperature: float = 0.05, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_number("temperature", temperature, "(0, inf)")
        self.temperature = temperature

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each example, shape `(batch,)`."""
        # Where the policy computes in half precision, close similarities would be one number.
        vectors = ops.normalize(ops.cast(y_pred, "float32"), axis=-1, epsilon=1e-6)
        classes = ops.reshape(y_true, (-1,))
        itself = ops.eye(ops.shape(vectors)[0])
        same = ops.cast(classes[:, None] == classes[None, :], "float32") - itself
        similarities = ops.matmul(vectors, ops.transpose(vectors)) / self.temperature
        # Far below any similarity, and finite: an infinite one times 0 is no number.
        log_shares = ops.log_softmax(similarities - 1e6 * itself, axis=1)
        return -ops.sum(log_shares * same, axis=1) / ops.maximum(ops.sum(same, axis=1), 1.0)

    def get_config(self) -> dict[str, Any]:
        """Return what makes this loss again."""
        return {**super().get_config(), "temperature": self.temperature}
