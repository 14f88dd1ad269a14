"""Weights measured on the validation split, and the paired gain of one over another."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Measured:
    """Weights of a model, measured on the validation split.

    Attributes:
        weights: The weights; empty if they cannot be restored.
        losses: The criterion's loss of each example.
        metrics: `val_loss` and the criterion's other metrics.
    """

    weights: list[np.ndarray]
    losses: np.ndarray
    metrics: dict[str, float]

    @property
    def loss(self) -> float:
        """The mean loss."""
        return float(self.losses.mean())


@dataclass(frozen=True)
class Gain:
    """Decrease of the mean loss, with its standard error from differences example by example.

    Attributes:
        mean: Mean decrease; in nats for classification.
        standard_error: Standard error of the mean.
    """

    mean: float = 0.0
    standard_error: float = 0.0

    @classmethod
    def between(cls, before: Measured, after: Measured) -> "Gain":
        """Return the gain of one set of weights over another."""
        differences = before.losses - after.losses
        error = differences.std() / np.sqrt(len(differences))
        return cls(float(differences.mean()), float(error))

    def exceeds(self, standard_errors: float) -> bool:
        """Return whether the mean is larger than this many standard errors."""
        return self.mean > standard_errors * self.standard_error

    def __str__(self) -> str:
        return f"{self.mean:.3f} ± {self.standard_error:.3f}"
