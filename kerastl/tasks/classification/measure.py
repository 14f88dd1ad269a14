"""The measure of classification: accuracy, and the share of equal labels."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from kerastl.artifacts.measure import Measure


class ClassificationMeasure(Measure):
    """Compare probabilities of shape `(examples, classes)` by their most probable class.

    Example:

    >>> import numpy as np
    >>> ClassificationMeasure().metric(np.array([[0.8, 0.2], [0.6, 0.4]]), np.array([0, 1]))
    0.5
    """

    name: ClassVar[str] = "accuracy"
    agreement_means: ClassVar[str] = "examples with the model's own label"
    score_means: ClassVar[str] = "Probability of each class."
    counts_examples: ClassVar[bool] = True

    def check(self, shape: tuple[int | None, ...], class_names: Sequence[str]) -> None:
        """Refuse names that are more or fewer than the scores."""
        if shape[-1] != len(class_names):
            raise ValueError(
                f"The model gives {shape[-1]} scores. Received: {len(class_names)} class names"
            )

    def metric(self, scores: np.ndarray, labels: np.ndarray) -> float:
        """Return the share of right answers."""
        return float((scores.argmax(axis=-1) == labels).mean())

    def agreement(self, scores: np.ndarray, reference: np.ndarray) -> float:
        """Return the share of examples with the same most probable class."""
        return float((scores.argmax(axis=-1) == reference.argmax(axis=-1)).mean())

    def counts(self, labels: np.ndarray, class_names: Sequence[str]) -> dict[str, int]:
        """Return the number of examples of each class."""
        counted = np.bincount(labels, minlength=len(class_names))
        return {name: int(count) for name, count in zip(class_names, counted, strict=True)}

    def reliability(self, scores: np.ndarray, labels: np.ndarray) -> list[tuple[float, float, int]]:
        """Compare the highest probability with the share of right answers (Guo et al. 2017)."""
        confidence, right = scores.max(axis=-1), scores.argmax(axis=-1) == labels
        tenth = np.minimum((confidence * 10).astype(int), 9)
        found = [tenth == number for number in range(10)]
        return [
            (float(confidence[each].mean()), float(right[each].mean()), int(each.sum()))
            for each in found
            if each.any()
        ]

    def answer(self, scores: Any, class_names: Sequence[str]) -> dict[str, Any]:
        """Give the best label, and all labels in the order of the scores."""
        import tensorflow as tf

        names = tf.constant(list(class_names))
        return {
            "label": tf.gather(names, tf.argmax(scores, axis=-1)),
            "labels": tf.tile(names[None], [tf.shape(scores)[0], 1]),
        }

    constant_outputs: ClassVar[tuple[str, ...]] = ("labels",)
