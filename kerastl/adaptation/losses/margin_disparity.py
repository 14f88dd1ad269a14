"""The loss of margin disparity discrepancy (MDD)."""

from typing import Any, ClassVar

import keras
from keras import ops

from kerastl.adaptation.losses.alignment_loss import Alignment
from kerastl.adaptation.losses.domain_batch import DomainBatch, mean_over
from kerastl.adaptation.losses.domain_discriminator import DomainDiscriminator
from kerastl.adaptation.losses.gradient_reversal import reverse_gradient
from kerastl.adaptation.losses.reversal_strength import reversal_strength


class MarginDisparity(Alignment):
    """Train a second classifier to agree on the source and disagree on the target.

    The features learn against it, through a gradient reversal.

    Args:
        width: Number of features.
        classes: Number of classes.
        margin: Weight of the agreement on the source.
        strength: Largest factor on the gradient that reaches the features.
        hidden: Width of the second classifier's hidden layer.
    """

    metric_names: ClassVar[tuple[str, ...]] = ("disparity", "strength")

    def __init__(
        self, width: int, classes: int, margin: float, strength: float, hidden: int
    ) -> None:
        super().__init__()
        self._margin, self._strength = margin, strength
        self.second = DomainDiscriminator(classes, hidden, name="second_classifier")
        self.second.build((None, width))

    def loss(self, batch: DomainBatch) -> tuple[Any, dict[str, Any]]:
        """Return the loss of the second classifier: agreement on source, not on target."""
        strength = self._strength * reversal_strength(batch.progress)
        logits = self.second(reverse_gradient(batch.features, strength))
        first = ops.argmax(batch.probabilities, axis=-1)
        agrees = keras.losses.sparse_categorical_crossentropy(first, logits, from_logits=True)
        # -log(1 - p), from the loss -log(p).
        differs = -ops.log(ops.maximum(1.0 - ops.exp(-agrees), 1e-7))
        loss = self._margin * mean_over(agrees, batch.is_source) + mean_over(
            differs, batch.is_target
        )
        return loss, {"disparity": loss, "strength": strength}
