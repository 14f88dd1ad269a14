"""The loss of Deep CORAL: distances of means and covariances."""

from typing import Any, ClassVar

from keras import ops

from kerastl.adaptation.losses.alignment_loss import Alignment
from kerastl.adaptation.losses.domain_batch import DomainBatch


class MomentDistance(Alignment):
    """Compute the distance between the means and covariances of source and target.

    Args:
        width: Number of features.
        strength: Weight of the squared distance of covariances, divided by four times the width.
        mean_strength: Weight of the squared distance of means, divided by the width.
    """

    metric_names: ClassVar[tuple[str, ...]] = ("moment_distance",)

    def __init__(self, width: int, strength: float, mean_strength: float) -> None:
        super().__init__()
        self._width, self._strength, self._mean_strength = width, strength, mean_strength

    def loss(self, batch: DomainBatch) -> tuple[Any, dict[str, Any]]:
        """Return the weighted sum of both distances."""
        means, covariances = zip(
            *(_moments(batch.features, mask) for mask in (batch.is_source, batch.is_target)),
            strict=True,
        )
        of_means = ops.sum(ops.square(means[0] - means[1])) / self._width
        of_covariances = ops.sum(ops.square(covariances[0] - covariances[1])) / (4 * self._width)
        loss = self._strength * of_covariances + self._mean_strength * of_means
        return loss, {"moment_distance": loss}


def _moments(features: Any, mask: Any) -> tuple[Any, Any]:
    count = ops.sum(mask)
    weights = ops.expand_dims(mask, 1)
    mean = ops.sum(features * weights, axis=0) / ops.maximum(count, 1.0)
    centred = (features - mean) * weights
    return mean, ops.matmul(ops.transpose(centred), centred) / ops.maximum(count - 1.0, 1.0)
