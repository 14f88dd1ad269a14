"""The part of a method that trains beside the model."""

from typing import Any, ClassVar

import keras

from kerastl.adaptation.losses.domain_batch import DomainBatch


class Alignment(keras.layers.Layer):
    """Give a loss that makes source and target alike to the model.

    Exists while the model trains; no artifact contains it. Subclasses make their layers when
    they are made, so that an optimizer finds their variables.

    Attributes:
        metric_names: Names of what `loss` reports beside the loss.
    """

    metric_names: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        # Statistics of a batch lose too much in half precision.
        super().__init__(dtype="float32")
        self.built = True

    def attach(self, model: keras.Model) -> None:
        """Take what is needed of the model that is trained, before it is compiled."""

    def loss(self, batch: DomainBatch) -> tuple[Any, dict[str, Any]]:
        """Return the loss that is added to the task's.

        Args:
            batch: Source and target.

        Returns:
            A scalar, and a scalar for each name in `metric_names`.
        """
        raise NotImplementedError
