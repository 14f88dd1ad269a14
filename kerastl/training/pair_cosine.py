"""The loss of contrastive fine-tuning: alike inside a class, unlike between classes."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="kerastl")
class PairCosine(keras.losses.Loss):
    """Bring the cosine similarity of a pair to 1 inside a class and to 0 between two.

    The squared difference, as SetFit minimises it (Tunstall et al. 2022, section 3). All pairs
    of a batch are compared, so that `n` encoded texts give `n * (n - 1) / 2` pairs where pairs
    drawn one by one would give `n / 2`. Pairs of one class count together as much as all others,
    as SetFit draws equally many of both.

    Args:
        **kwargs: As for `keras.losses.Loss`.

    Called with class indices of shape `(batch,)` and vectors of shape `(batch, width)`.

    Example:

    >>> same = keras.ops.convert_to_tensor([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
    >>> float(PairCosine()([0, 0, 1], same))
    0.0
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each example with all others, shape `(batch,)`."""
        # Where the policy computes in half precision, squares of small differences would vanish.
        vectors = ops.normalize(ops.cast(y_pred, "float32"), axis=-1, epsilon=1e-6)
        classes = ops.reshape(y_true, (-1,))
        same = ops.cast(classes[:, None] == classes[None, :], "float32")
        others = 1.0 - ops.eye(ops.shape(vectors)[0])
        wrong = ops.square(ops.matmul(vectors, ops.transpose(vectors)) - same)
        alike, unlike = same * others, 1.0 - same
        return 0.5 * sum(
            ops.sum(wrong * pairs, axis=1) / ops.maximum(ops.sum(pairs, axis=1), 1.0)
            for pairs in (alike, unlike)
        )
