"""Features and predictions of a model on examples of one domain."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class DomainFeatures:
    """Features and predictions of a model on examples of one domain.

    Attributes:
        features: Features that enter the head, shape `(examples, width)`.
        probabilities: Predicted class probabilities, shape `(examples, classes)`.
    """

    features: np.ndarray
    probabilities: np.ndarray

    def take(self, rows: np.ndarray) -> "DomainFeatures":
        """Return the features and predictions of some examples.

        Args:
            rows: Their positions.
        """
        return DomainFeatures(self.features[rows], self.probabilities[rows])
