"""The measure of regression: R², and the share of numbers close to the model's."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from kerastl.artifacts.measure import Measure

_CLOSE = 0.1


class RegressionMeasure(Measure):
    """Compare numbers of shape `(examples, targets)`.

    Args:
        scale: Standard deviation of each target in training.
        half_widths: Of each target's interval.
        coverage: The share of true numbers that the intervals shall hold.

    Example:

    >>> import numpy as np
    >>> measure = RegressionMeasure([10.0], [4.0], 0.9)
    >>> measure.agreement(np.array([[5.0], [9.0]]), np.array([[5.5], [7.0]]))
    0.5
    """

    name: ClassVar[str] = "R²"
    agreement_means: ClassVar[str] = (
        "numbers within a tenth of the target's standard deviation of the model's number"
    )
    score_means: ClassVar[str] = "Each target in its own unit."
    constant_outputs: ClassVar[tuple[str, ...]] = ("targets",)

    def __init__(
        self, scale: Sequence[float], half_widths: Sequence[float], coverage: float
    ) -> None:
        self.scale = np.asarray(scale, "float64")
        self.half_widths = tuple(half_widths)
        self.coverage = coverage

    def check(self, shape: tuple[int | None, ...], class_names: Sequence[str]) -> None:
        """Refuse names that are more or fewer than the numbers."""
        if not shape[-1] == len(class_names) == len(self.scale):
            raise ValueError(
                f"The model gives {shape[-1]} numbers. Received: {len(class_names)} names"
            )

    def metric(self, scores: np.ndarray, labels: np.ndarray) -> float:
        """Return R², the mean over targets."""
        from sklearn.metrics import r2_score

        return float(r2_score(labels, scores))

    def agreement(self, scores: np.ndarray, reference: np.ndarray) -> float:
        """Return the share of numbers that are close to the other file's."""
        return float((np.abs(scores - reference) <= _CLOSE * self.scale).mean())

    def counts(self, labels: np.ndarray, class_names: Sequence[str]) -> dict[str, int]:
        """Return the number of examples."""
        return {"examples": len(labels)}

    def describe(self, class_names: Sequence[str]) -> dict[str, Any]:
        """Give the half-widths of the intervals by target, where they are known."""
        widths = zip(class_names, self.half_widths, strict=True)
        # JSON knows no infinity.
        known = {name: width if np.isfinite(width) else None for name, width in widths}
        return {"interval": {"coverage": self.coverage, "half_widths": known}}

    def answer(self, scores: Any, class_names: Sequence[str]) -> dict[str, Any]:
        """Give the ends of each interval, and the targets' names in the order of the scores."""
        import tensorflow as tf

        names = tf.constant(list(class_names))
        half = tf.constant(self.half_widths, scores.dtype)
        return {
            "low": scores - half,
            "high": scores + half,
            "targets": tf.tile(names[None], [tf.shape(scores)[0], 1]),
        }
