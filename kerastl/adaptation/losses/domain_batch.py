"""What a method sees of one batch."""

from dataclasses import dataclass
from typing import Any

from keras import ops


@dataclass(frozen=True)
class DomainBatch:
    """Examples of source and target that went through the model together.

    Attributes:
        features: What is aligned, shape `(batch, width)`, float32.
        probabilities: The model's output, shape `(batch, classes)`, float32.
        labels: Classes, -1 where unknown, shape `(batch,)`, int32.
        domains: 0 for the first source, the last for the target, shape `(batch,)`, int32.
        target: The target's number.
        progress: How much of training is done, from 0 to 1; a float32 scalar.
        inputs: What went into the model.
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
    """Return the mean of some of the values.

    A batch may hold none of them: then 0, not the NaN of an empty mean.

    Args:
        values: Shape `(batch,)`.
        mask: 1 for those that count, shape `(batch,)`.
    """
    return ops.sum(values * mask) / _count(mask)


def _count(mask: Any) -> Any:
    return ops.maximum(ops.sum(mask), 1.0)
