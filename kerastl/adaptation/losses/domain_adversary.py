"""The loss of domain-adversarial training (DANN)."""

from typing import Any, ClassVar

import keras
from keras import ops

from kerastl.adaptation.losses.alignment_loss import Alignment
from kerastl.adaptation.losses.domain_batch import DomainBatch
from kerastl.adaptation.losses.domain_discriminator import DomainDiscriminator
from kerastl.adaptation.losses.gradient_reversal import reverse_gradient
from kerastl.adaptation.losses.information import target_information
from kerastl.adaptation.losses.reversal_strength import reversal_strength


class DomainAdversary(Alignment):
    """Train a domain discriminator, and train the features to mislead it.

    The discriminator learns at full strength. The strength schedule applies to the gradient that
    reaches the features only (Ganin et al. 2016, section 5.2.2).

    Args:
        width: Number of inputs of the discriminator.
        domains: Number of domains, including the target.
        hidden: Width of the discriminator's hidden layer.
        strength: Largest factor on the gradient that reaches the features.
        gamma: See `reversal_strength`.
        information: Weight of the information that predictions carry about target examples. It
            rises as the strength does.
    """

    metric_names: ClassVar[tuple[str, ...]] = ("domain_loss", "domain_accuracy", "strength")

    def __init__(
        self,
        width: int,
        domains: int,
        hidden: int,
        strength: float,
        gamma: float,
        information: float,
    ) -> None:
        super().__init__()
        self._strength, self._gamma, self._domains = strength, gamma, domains
        self._information = information
        self.discriminator = DomainDiscriminator(domains, hidden, name="discriminator")
        self.discriminator.build((None, width))

    def loss(self, batch: DomainBatch) -> tuple[Any, dict[str, Any]]:
        """Return the discriminator's log-loss, less the weighted information.

        The log-loss is averaged over domains with equal weight.
        """
        risen = reversal_strength(batch.progress, self._gamma)
        strength = self._strength * risen
        seen, confidence = self.seen(batch)
        logits = self.discriminator(reverse_gradient(seen, strength))
        losses = keras.losses.sparse_categorical_crossentropy(
            batch.domains, logits, from_logits=True
        )
        right = ops.cast(ops.argmax(logits, axis=-1) == batch.domains, "float32")
        shares = _even_shares(batch.domains, self._domains)
        weights = shares * confidence
        loss = ops.sum(losses * weights) / ops.maximum(ops.sum(weights), 1e-7)
        metrics = {
            "domain_loss": loss,
            "domain_accuracy": ops.sum(right * shares) / ops.maximum(ops.sum(shares), 1e-7),
            "strength": strength,
        }
        if self._information:
            loss = loss - self._information * risen * target_information(batch)
        return loss, metrics

    def seen(self, batch: DomainBatch) -> tuple[Any, Any]:
        """Return the discriminator's inputs and the weight of each example.

        Args:
            batch: Source and target examples.

        Returns:
            Inputs of shape `(batch, width)` and weights of shape `(batch,)`.
        """
        return batch.features, ops.ones_like(batch.is_target)


def _even_shares(domains: Any, count: int) -> Any:
    """Return example weights with which every domain has the same total."""
    masks = [ops.cast(domains == number, "float32") for number in range(count)]
    return sum(mask / ops.maximum(ops.sum(mask), 1.0) for mask in masks)
