"""The maximum mean discrepancy of two domains in a batch."""

from typing import Any, ClassVar

from keras import ops

from kerastl.adaptation.losses.alignment_loss import Alignment
from kerastl.adaptation.losses.domain_batch import DomainBatch
from kerastl.adaptation.losses.reversal_strength import reversal_strength

_WIDTHS = (0.25, 0.5, 1.0, 2.0, 4.0)
# The published implementation's fixed width for predictions.
_PREDICTION_WIDTH = 1.68


class MeanDiscrepancy(Alignment):
    """Measure how far source and target are apart in the space of Gaussian kernels.

    Args:
        strength: Weight of the discrepancy at the end of training.
        joint: Whether predictions count beside features.
    """

    metric_names: ClassVar[tuple[str, ...]] = ("discrepancy", "strength")

    def __init__(self, strength: float, joint: bool) -> None:
        super().__init__()
        self._strength, self._joint = strength, joint

    def loss(self, batch: DomainBatch) -> tuple[Any, dict[str, Any]]:
        """Return the discrepancy, weighted."""
        squared = _squared_distances(batch.features)
        count = ops.cast(ops.shape(squared)[0], "float32")
        # The scale is a unit of measure: features must not shrink to make it small.
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
    # Rounding leaves tiny negative ones.
    return ops.maximum(lengths[:, None] + lengths[None] - 2 * products, 0.0)
