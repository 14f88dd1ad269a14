"""The measure of token classification: F1 of whole entities, and the share of equal tags."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from kerastl.artifacts.measure import Measure
from kerastl.tasks.token_classification.decoded_f1 import decoded_f1


class TokenClassificationMeasure(Measure):
    """Compare probabilities of shape `(examples, tokens, tags)` by the entities they decode to.

    Args:
        tags: The tags in BIO, in the order of the scores.

    Example:

    >>> import numpy as np
    >>> scores = np.array([[[0.1, 0.8, 0.1], [0.6, 0.2, 0.2]]])
    >>> TokenClassificationMeasure(["O", "B-place", "I-place"]).metric(scores, np.array([[1, -1]]))
    1.0
    """

    name: ClassVar[str] = "entity F1"
    agreement_means: ClassVar[str] = (
        "tokens in an entity, by the file or the model, on whose tag they agree"
    )
    score_means: ClassVar[str] = "Probability of each tag, for each token."
    constant_outputs: ClassVar[tuple[str, ...]] = ("tags",)

    def __init__(self, tags: Sequence[str]) -> None:
        self.tags = tuple(tags)

    def check(self, shape: tuple[int | None, ...], class_names: Sequence[str]) -> None:
        """Refuse tags that are more or fewer than the scores."""
        if len(shape) != 3 or shape[-1] != len(class_names):
            raise ValueError(
                f"The model gives scores of shape {shape}. Received: {len(class_names)} tags"
            )

    def metric(self, scores: np.ndarray, labels: np.ndarray) -> float:
        """Return the F1 of whole entities; see `decoded_f1`."""
        return decoded_f1(scores, labels, self.tags)

    def agreement(self, scores: np.ndarray, reference: np.ndarray) -> float:
        """Return the share of equal tags where one of the two is not `O`; 1 where none is.

        Nearly all tokens are `O`, and two files that find nothing alike agree on those.
        """
        own, other = scores.argmax(axis=-1), reference.argmax(axis=-1)
        named = (own != 0) | (other != 0)
        return float((own == other)[named].mean()) if named.any() else 1.0

    def counts(self, labels: np.ndarray, class_names: Sequence[str]) -> dict[str, int]:
        """Return the number of entities of each type."""
        return {
            tag[2:]: int((labels == position).sum())
            for position, tag in enumerate(class_names)
            if tag.startswith("B-")
        }

    def answer(self, scores: Any, class_names: Sequence[str]) -> dict[str, Any]:
        """Give the most probable tag of each token, and all tags in the order of the scores."""
        import tensorflow as tf

        names = tf.constant(list(class_names))
        return {
            "tag": tf.gather(names, tf.argmax(scores, axis=-1)),
            "tags": tf.tile(names[None], [tf.shape(scores)[0], 1]),
        }
