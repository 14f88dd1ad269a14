"""The criterion of regression: scaled squared error and R²."""

from collections.abc import Sequence
from typing import Any, ClassVar

import keras
import numpy as np

from kerastl.training.criterion import Criterion
from kerastl.training.linear_probe.probe import LinearProbe
from kerastl.training.linear_probe.ridge import fit_ridge
from kerastl.training.losses.scaled_squared_error import ScaledSquaredError
from kerastl.training.phases.loss_settings import LossSettings


class RegressionCriterion(Criterion):
    """Compare numbers of shape `(examples, targets)`, in units of each target's deviation.

    Args:
        mean: Mean of each target in training.
        scale: Standard deviation of each target in training.

    Example:

    >>> import numpy as np
    >>> RegressionCriterion([3.0], [2.0]).losses(np.array([[5.0]]), np.array([[1.0]])).tolist()
    [4.0]
    """

    has_linear_probe: ClassVar[bool] = True
    validation_metric: ClassVar[str] = "r2"
    baseline_means: ClassVar[str] = "always the mean"

    def __init__(self, mean: Sequence[float], scale: Sequence[float]) -> None:
        self.mean = np.asarray(mean, "float32")
        self.scale = np.asarray(scale, "float32")

    def baseline(self, targets: np.ndarray) -> float:
        """Return 0, the R² of a model that always predicts the mean."""
        return 0.0

    def baseline_error(self, baseline: float, count: int) -> float:
        """Return half of the R² that predictions without information rarely exceed.

        The squared correlation of unrelated numbers is about chi-squared with one degree of
        freedom, divided by `count`: it exceeds 4 / `count` in one case of twenty.
        """
        return 2.0 / count

    def uninformed_loss(self, outputs: int) -> float:
        """Return 1, the error of a model that always predicts the mean."""
        return 1.0

    def loss(
        self, loss_settings: LossSettings | None = None, class_weights: np.ndarray | None = None
    ) -> keras.losses.Loss:
        """Return the squared error in units of the targets' variance, the mean over targets."""
        return ScaledSquaredError(self.scale)

    def keras_metrics(self) -> list[Any]:
        """Return none: R² is not a mean over batches."""
        return []

    def losses(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return each example's squared error in units of the targets' variance."""
        return np.asarray(np.square((outputs - targets) / self.scale).mean(axis=1))

    def metrics(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return the mean squared error in units of the targets' variance, and the mean R²."""
        from sklearn.metrics import r2_score

        several = len(targets) > 1
        return {
            "loss": float(self.losses(outputs, targets).mean(dtype="float64")),
            "r2": float(r2_score(targets, outputs)) if several else float("nan"),
        }

    def fit_probe(
        self,
        features: Any,
        targets: np.ndarray,
        outputs: int,
        seed: int,
        sample_weights: np.ndarray | None = None,
        groups: np.ndarray | None = None,
    ) -> LinearProbe:
        """Fit a ridge regression of the scaled targets; see `fit_ridge`."""
        scaled = (targets - self.mean) / self.scale
        return fit_ridge(features, scaled, seed, sample_weights, groups)

    def activate(self, logits: np.ndarray) -> np.ndarray:
        """Return numbers in the targets' own units."""
        return np.asarray(logits * self.scale + self.mean)
