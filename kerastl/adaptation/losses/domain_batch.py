"""One training batch with source and target examples."""

from dataclasses import dataclass
from typing import Any

from keras import ops


@dataclass(frozen=True)
class DomainBatch:
    """Features and predictions of source and target examples in one batch.

    Attributes:
        features: Features to align, shape `(batch, width)`, float32.
        probabilities: Predictions of the model, shape `(batch, classes)`, float32.
        labels: Class numbers, -1 where unknown, shape `(batch,)`, int32.
        domains: Domain numbers, shape `(batch,)`, int32: sources from 0, the target last.
        target: Domain number of the target.
        progress: Fraction of training that is done, 0 to 1, a float32 scalar.
        inputs: Inputs of the model. Defaults to None.
    """

    features: Any
    probabilities: Any
    labels: Any
    domains: Any
    target: int
    progress: Any
    inputs: Any = None

    @property
    def is_target(self) -> Any:
        """1 for examples of the target and 0 for the others, shape `(batch,)`, float32."""
        return ops.cast(self.domains == self.target, "float32")

    @property
    def is_source(self) -> Any:
        """1 for examples of a source and 0 for the others, shape `(batch,)`, float32."""
        return 1.0 - self.is_target

    @property
    def balance(self) -> Any:
        """Weights that sum to 1 over the sources and to -1 over the target, shape `(batch,)`."""
        source, target = self.is_source, self.is_target
        return source / _count(source) - target / _count(target)


def mean_over(values: Any, mask: Any) -> Any:
    """Return the mean of the masked values, or 0 if the mask is empty.

    Args:
        values: Shape `(batch,)`.
        mask: 1 for values that count and 0 for the others, shape `(batch,)`.
    """
    return ops.sum(values * mask) / _count(mask)


def _count(mask: Any) -> Any:
    return ops.maximum(ops.sum(mask), 1.0)
