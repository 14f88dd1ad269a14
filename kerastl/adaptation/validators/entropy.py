"""The validator entropy: certainty of target predictions."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_probabilities


def entropy(target_probabilities: Any) -> float:
    """Score a model by the mean negative entropy of its target predictions.

    The decision boundaries of a classifier that fits the target lie far from its examples
    (Morerio, Cavazza and Murino 2018, "Minimal-entropy correlation alignment for unsupervised
    deep domain adaptation"). A model that assigns all examples to one class with certainty gets
    the best score; `information_maximization` avoids this.

    Args:
        target_probabilities: Predictions on the target, shape `(examples, classes)`.

    Returns:
        The score in nats, from minus the logarithm of the number of classes to 0; higher is
        better.

    Raises:
        ValueError: If the rows are not distributions over classes.

    Example:

    >>> entropy([[1.0, 0.0], [0.0, 1.0]])
    0.0
    """
    probabilities = checked_probabilities(target_probabilities, "target_probabilities")
    return 0.0 - float(entropies(probabilities).mean())


def entropies(probabilities: np.ndarray) -> np.ndarray:
    """Return the entropies of distributions along the last axis, in nats."""
    from scipy.special import entr

    summed: np.ndarray = entr(probabilities).sum(axis=-1)
    return summed
