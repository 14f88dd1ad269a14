"""The information-maximization loss of SHOT."""

from typing import Any, ClassVar

from keras import ops

from kerastl.adaptation.losses.alignment_loss import Alignment
from kerastl.adaptation.losses.domain_batch import DomainBatch, mean_over


class Information(Alignment):
    """Reward predictions that are confident one by one and diverse over the batch.

    Args:
        strength: Weight of the loss.
    """

    metric_names: ClassVar[tuple[str, ...]] = ("information",)

    def __init__(self, strength: float) -> None:
        super().__init__()
        self._strength = strength

    def loss(self, batch: DomainBatch) -> tuple[Any, dict[str, Any]]:
        """Return the weighted negative mutual information of example and predicted class."""
        information = target_information(batch)
        return -self._strength * information, {"information": information}


def target_information(batch: DomainBatch) -> Any:
    """Return the mutual information of target example and predicted class, a scalar in nats."""
    predicted, mask = batch.probabilities, batch.is_target
    mean = ops.sum(predicted * mask[:, None], axis=0) / ops.maximum(ops.sum(mask), 1.0)
    return _entropy(mean[None])[0] - mean_over(_entropy(predicted), mask)


def _entropy(shares: Any) -> Any:
    return -ops.sum(shares * ops.log(ops.maximum(shares, 1e-7)), axis=-1)
