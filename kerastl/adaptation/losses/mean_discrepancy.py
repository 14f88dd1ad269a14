"""The loss of maximum mean discrepancy (MMD) between source and target."""

from typing import Any, ClassVar

from keras import ops

from kerastl.adaptation.losses.alignment_loss import Alignment
from kerastl.adaptation.losses.domain_batch import DomainBatch
from kerastl.adaptation.losses.reversal_strength import reversal_strength

_WIDTHS = (0.25, 0.5, 1.0, 2.0, 4.0)
# The kernel width for predictions in the published implementation.
_PREDICTION_WIDTH = 1.68


class MeanDiscrepancy(Alignment):
    """Compute the maximum mean discrepancy of source and target with Gaussian kernels.

    Args:
        strength: Weight of the discrepancy at the end of training.
        joint: Whether to multiply the kernel of features by one of predictions.
    """

    metric_names: ClassVar[tuple[str, ...]] = ("discrepancy", "strength")

    def __init__(self, strength: float, joint: bool) -> None:
        super().__init__()
        self._strength, self._joint = strength, joint

    def loss(self, batch: DomainBatch) -> tuple[Any, dict[str, Any]]:
        """Return the weighted discrepancy, and the metrics `discrepancy` and `strength`."""
        squared = _squared_distances(batch.features)
        count = ops.cast(ops.shape(squared)[0], "float32")
        # No gradient through the scale, else shrinking the features would lower the loss.
        mean = ops.stop_gradient(ops.sum(squared) / ops.maximum(count * (count - 1), 1.0))
        mean = ops.maximum(mean, 1e-7)
        kernel = sum(ops.exp(-squared / (mean * width)) for width in _WIDTHS)
        if self._joint:
            kernel = kernel * ops.exp(-_squared_distances(batch.probabilities) / _PREDICTION_WIDTH)
        balance = batch.balance
        discrepancy = ops.sum(balance * ops.matmul(kernel, ops.expand_dims(balance, 1))[:, 0])
        strength = self._strength * reversal_strength(batch.progress)
        return strength * discrepancy, {"discrepancy": discrepancy, "strength": strength}


def _squared_distances(points: Any) -> Any:
    lengths = ops.sum(ops.square(points), axis=1)
    products = ops.matmul(points, ops.transpose(points))
    # Rounding errors can make small distances negative.
    return ops.maximum(lengths[:, None] + lengths[None] - 2 * products, 0.0)
