"""The loss of Deep CORAL: distances of means and covariances."""

from typing import Any, ClassVar

from keras import ops

from kerastl.adaptation.losses.alignment_loss import Alignment
from kerastl.adaptation.losses.domain_batch import DomainBatch, mean_over


class MomentDistance(Alignment):
    """Estimate the distance between the means and covariances of source and target.

    The squared distance of two measured covariances is the true one plus the noise of both. With
    more features than examples in a batch it is mostly noise, which is least where features are
    0, so training would shrink them. Means over pairs of different examples have no such noise
    (Gretton et al. 2012, "A Kernel Two-Sample Test", section 3). The estimate can be negative.

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
        masks = batch.is_source, batch.is_target
        centred = batch.features - sum(
            mask[:, None] * _mean(batch.features, mask) for mask in masks
        )
        of_means = _distance(_products(batch.features), *masks) / self._width
        of_covariances = _distance(ops.square(_products(centred)), *masks) / (4 * self._width)
        loss = self._strength * of_covariances + self._mean_strength * of_means
        return loss, {"moment_distance": loss}


def _mean(features: Any, mask: Any) -> Any:
    return ops.sum(features * mask[:, None], axis=0) / ops.maximum(ops.sum(mask), 1.0)


def _products(features: Any) -> Any:
    return ops.matmul(features, ops.transpose(features))


def _distance(kernel: Any, source: Any, target: Any) -> Any:
    """Return the squared distance of the domains' means in the space of a kernel.

    Args:
        kernel: Inner products of all examples, shape `(batch, batch)`.
        source: 1 for source examples and 0 for the others, shape `(batch,)`.
        target: The same for target examples.
    """
    of_pairs = kernel * (1.0 - ops.eye(ops.shape(kernel)[0], dtype="float32"))
    within = 0.0
    for mask in (source, target):
        others = ops.maximum(ops.sum(mask) - 1.0, 1.0)
        within = within + mean_over(ops.matmul(of_pairs, mask[:, None])[:, 0], mask) / others
    across = mean_over(ops.matmul(kernel, target[:, None])[:, 0], source)
    return within - 2.0 * across / ops.maximum(ops.sum(target), 1.0)
