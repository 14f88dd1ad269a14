"""How certain predictions on the target are."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_probabilities


def entropy(target_probabilities: Any) -> float:
    """Score a model by the mean negative entropy of its predictions on the target.

    A classifier that fits the target has its decision boundaries away from the examples
    (Morerio, Cavazza and Murino 2018, "Minimal-entropy correlation alignment for unsupervised
    deep domain adaptation"). A model that assigns everything to one class with certainty gets
    the best score: `information_maximization` does not fall for it.

    Args:
        target_probabilities: Shape `(examples, classes)`.

    Returns:
        A figure in nats, from minus the logarithm of the number of classes up to 0: higher is
        better.

    Raises:
        ValueError: If the probabilities are none.

    Example:

    >>> entropy([[1.0, 0.0], [0.0, 1.0]])
    0.0
    """
    probabilities = checked_probabilities(target_probabilities, "target_probabilities")
    return 0.0 - float(entropies(probabilities).mean())


def entropies(probabilities: np.ndarray) -> np.ndarray:
    """Return the entropy of distributions along the last axis, in nats."""
    from scipy.special import entr

    summed: np.ndarray = entr(probabilities).sum(axis=-1)
    return summed
