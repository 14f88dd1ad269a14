"""How certain and how varied predictions on the target are."""

from typing import Any

from kerastl.adaptation.domains.checked_arrays import checked_probabilities
from kerastl.adaptation.validators.entropy import entropies


def information_maximization(target_probabilities: Any) -> float:
    """Score a model by the mutual information of target examples and predicted classes.

    It is the entropy of the mean prediction less the mean entropy of predictions: high where
    each prediction is certain and all classes occur (Bridle, Heading and MacKay 1991,
    "Unsupervised classifiers, mutual information and 'phantom targets'"; for adaptation Shi and
    Sha 2012, "Information-theoretical learning of discriminative clusters for unsupervised
    domain adaptation"). It takes equally frequent classes for better ones, and misleads where
    the target's are not.

    Args:
        target_probabilities: Shape `(examples, classes)`.

    Returns:
        A figure in nats, from 0 to the logarithm of the number of classes: higher is better.

    Raises:
        ValueError: If the probabilities are none.

    Example:

    >>> round(information_maximization([[1.0, 0.0], [0.0, 1.0]]), 4)
    0.6931
    """
    probabilities = checked_probabilities(target_probabilities, "target_probabilities")
    information = entropies(probabilities.mean(axis=0)) - entropies(probabilities).mean()
    # Rounding alone takes it below.
    return max(0.0, float(information))
