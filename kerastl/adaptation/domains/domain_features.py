"""What a model makes of examples."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class DomainFeatures:
    """What a model makes of the some examples.

    Attributes:
        features: What the head sees, shape `(examples, width)`.
        probabilities: Shape `(examples, classes)`.
    """

    features: np.ndarray
    probabilities: np.ndarray

    def take(self, rows: np.ndarray) -> "DomainFeatures":
        """Return some of the examples."""
        return DomainFeatures(self.features[rows], self.probabilities[rows])
