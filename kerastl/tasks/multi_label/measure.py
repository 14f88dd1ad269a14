"""The measure of multi-label classification: micro-F1, and the share of labels in common."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from kerastl.artifacts.measure import Measure


class MultiLabelMeasure(Measure):
    """Compare probabilities of shape `(examples, labels)` by the labels they give.

    Args:
        thresholds: From which probability on each label is given.

    Example:

    >>> import numpy as np
    >>> measure = MultiLabelMeasure([0.5, 0.3])
    >>> measure.metric(np.array([[0.8, 0.4], [0.6, 0.1]]), np.array([[1, 1], [1, 0]]))
    1.0
    """

    name: ClassVar[str] = "micro-F1"
    agreement_means: ClassVar[str] = "labels given, by the file or the model, that both give"
    score_means: ClassVar[str] = "Probability of each label; kerastl.json has the thresholds."
    constant_outputs: ClassVar[tuple[str, ...]] = ("labels",)

    def __init__(self, thresholds: Sequence[float]) -> None:
        self.thresholds = tuple(thresholds)

    def check(self, shape: tuple[int | None, ...], class_names: Sequence[str]) -> None:
        """Refuse names or thresholds that are more or fewer than the scores."""
        if not shape[-1] == len(class_names) == len(self.thresholds):
            raise ValueError(
                f"The model gives {shape[-1]} scores. Received: {len(class_names)} labels and "
                f"{len(self.thresholds)} thresholds"
            )

    def metric(self, scores: np.ndarray, labels: np.ndarray) -> float:
        """Return the F1 of all labels of all examples together; 1 where there is none."""
        given, true = self._given(scores), labels > 0
        named = int(given.sum() + true.sum())
        return float(2 * (given & true).sum() / named) if named else 1.0

    def agreement(self, scores: np.ndarray, reference: np.ndarray) -> float:
        """Return the share of labels given by either that both give; 1 where none is."""
        own, other = self._given(scores), self._given(reference)
        either = int((own | other).sum())
        return float((own & other).sum() / either) if either else 1.0

    def counts(self, labels: np.ndarray, class_names: Sequence[str]) -> dict[str, int]:
        """Return the number of examples that have each label."""
        counted = (labels > 0).sum(axis=0)
        return {name: int(count) for name, count in zip(class_names, counted, strict=True)}

    def describe(self, class_names: Sequence[str]) -> dict[str, Any]:
        """Give the thresholds by label."""
        return {"thresholds": dict(zip(class_names, self.thresholds, strict=True))}

    def answer(self, scores: Any, class_names: Sequence[str]) -> dict[str, Any]:
        """Tell for each label whether it is given, and all labels in the order of the scores."""
        import tensorflow as tf

        names = tf.constant(list(class_names))
        return {
            "given": scores >= tf.constant(self.thresholds, scores.dtype),
            "labels": tf.tile(names[None], [tf.shape(scores)[0], 1]),
        }

    def _given(self, scores: np.ndarray) -> np.ndarray:
        return np.asarray(scores >= np.asarray(self.thresholds, scores.dtype))
