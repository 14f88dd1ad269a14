"""The base class of losses that align source and target."""

from typing import Any, ClassVar

import keras

from kerastl.adaptation.losses.domain_batch import DomainBatch


class Alignment(keras.layers.Layer):
    """Compute a loss that makes the model's source and target features alike.

    It is used in training only and is part of no saved or exported model. Subclasses create their
    layers in `__init__`, so that the optimizer finds their variables.

    Attributes:
        metric_names: Names of the metrics that `loss` returns.
        rate_factor: Factor on the learning rate of the loss's own layers, where the other layers
            begin as a linear probe.
    """

    metric_names: ClassVar[tuple[str, ...]] = ()
    rate_factor: ClassVar[float] = 10.0

    def __init__(self) -> None:
        # Batch statistics are too inexact in half precision.
        super().__init__(dtype="float32")
        self.built = True

    def attach(self, model: keras.Model) -> None:
        """Connect to the trained model before it is compiled.

        Args:
            model: The model that is trained.
        """

    def loss(self, batch: DomainBatch) -> tuple[Any, dict[str, Any]]:
        """Return the loss that is added to the task loss.

        Args:
            batch: Source and target examples.

        Returns:
            The loss, a scalar, and a scalar metric for each name in `metric_names`.
        """
        raise NotImplementedError
