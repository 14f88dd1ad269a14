"""The loss of conditional domain-adversarial training (CDAN)."""

import zlib
from typing import Any, ClassVar

import keras
import numpy as np
from keras import ops

from kerastl.adaptation.losses.domain_adversary import DomainAdversary
from kerastl.adaptation.losses.domain_batch import DomainBatch

# From the paper: the widest outer product, and the width of random projections.
_WIDEST, _PROJECTED = 4096, 1024


class ConditionalAdversary(DomainAdversary):
    """Train a domain discriminator on the outer product of features and predictions.

    Args:
        width: Number of features.
        classes: Number of classes.
        domains: Number of domains, including the target.
        hidden: Width of the discriminator's hidden layer.
        strength: Largest factor on the gradient that reaches the features.
        gamma: See `reversal_strength`.
        information: Weight of the information that predictions carry about target examples.
        entropy: Whether to weight each example by the confidence of its prediction (CDAN+E).
    """

    # The products of features and predictions are as many inputs as a discriminator can learn by
    # heart. A faster one has no gradient left that would show where a class of the target is.
    rate_factor: ClassVar[float] = 1.0

    def __init__(
        self,
        width: int,
        classes: int,
        domains: int,
        hidden: int,
        strength: float,
        gamma: float,
        information: float,
        entropy: bool,
    ) -> None:
        projects = width * classes > _WIDEST
        super().__init__(
            _PROJECTED if projects else width * classes,
            domains,
            hidden,
            strength,
            gamma,
            information,
        )
        self._entropy = entropy
        self._projections: tuple[Any, Any] | None = None
        if projects:
            self._projections = self._project("features", width), self._project("classes", classes)

    def seen(self, batch: DomainBatch) -> tuple[Any, Any]:
        """Return products of features and predictions, and the weight of each example."""
        # Predictions only condition the discriminator: no gradient reaches the classifier here.
        predicted = ops.stop_gradient(batch.probabilities)
        if self._projections is None:
            outer = ops.expand_dims(batch.features, 2) * ops.expand_dims(predicted, 1)
            seen = ops.reshape(outer, (-1, outer.shape[1] * outer.shape[2]))
        else:
            of_features, of_classes = self._projections
            product = ops.matmul(batch.features, of_features) * ops.matmul(predicted, of_classes)
            seen = product / _PROJECTED**0.5
        if not self._entropy:
            return seen, ops.ones_like(batch.is_target)
        logs = ops.log(ops.maximum(predicted, 1e-7))
        return seen, 1.0 + ops.exp(ops.sum(predicted * logs, axis=-1))

    def _project(self, name: str, width: int) -> Any:
        # A seed for each name: equal shapes must not share one projection.
        seed = zlib.crc32(name.encode())
        drawn = np.random.default_rng(seed).standard_normal((width, _PROJECTED))
        return self.add_weight(
            drawn.shape,
            keras.initializers.Constant(drawn.astype("float32")),
            trainable=False,
            name=f"projection_of_{name}",
        )
