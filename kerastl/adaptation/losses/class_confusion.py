"""The loss of minimum class confusion (MCC)."""

from typing import Any, ClassVar

from keras import ops

from kerastl.adaptation.losses.alignment_loss import Alignment
from kerastl.adaptation.losses.domain_batch import DomainBatch


class ClassConfusion(Alignment):
    """Compute how much the predictions on the target confuse pairs of classes.

    Args:
        strength: Weight of the loss.
        temperature: Divisor of the logits.
    """

    metric_names: ClassVar[tuple[str, ...]] = ("confusion",)

    def __init__(self, strength: float, temperature: float) -> None:
        super().__init__()
        self._strength, self._temperature = strength, temperature

    def loss(self, batch: DomainBatch) -> tuple[Any, dict[str, Any]]:
        """Return the weighted class confusion, and the metric `confusion`."""
        logits = ops.log(ops.maximum(batch.probabilities, 1e-7)) / self._temperature
        soft = ops.softmax(logits)
        entropy = -ops.sum(soft * ops.log(ops.maximum(soft, 1e-7)), axis=1)
        # Confident examples count more. No gradient flows through the weights (section 3.2).
        sure = ops.stop_gradient(1.0 + ops.exp(-entropy)) * batch.is_target
        count = ops.sum(batch.is_target)
        weights = sure * count / ops.maximum(ops.sum(sure), 1e-7)
        pairs = ops.matmul(ops.transpose(soft * weights[:, None]), soft)
        shares = pairs / ops.maximum(ops.sum(pairs, axis=1, keepdims=True), 1e-7)
        classes = soft.shape[1]
        confusion = (ops.sum(shares) - ops.sum(ops.diagonal(shares))) / classes
        return self._strength * confusion, {"confusion": confusion}
