"""The validator information maximization: certainty and diversity of target predictions."""

from typing import Any

from kerastl.adaptation.domains.checked_arrays import checked_probabilities
from kerastl.adaptation.validators.entropy import entropies


def information_maximization(target_probabilities: Any) -> float:
    """Score a model by the mutual information of target examples and predicted classes.

    It is the entropy of the mean prediction minus the mean entropy of predictions. It is high if
    each prediction is certain and all classes occur (Bridle, Heading and MacKay 1991,
    "Unsupervised classifiers, mutual information and 'phantom targets'"; for adaptation Shi and
    Sha 2012, "Information-theoretical learning of discriminative clusters for unsupervised
    domain adaptation"). It favours equally frequent classes, so it misleads if the target's class
    frequencies differ a lot.

    Args:
        target_probabilities: Predictions on the target, shape `(examples, classes)`.

    Returns:
        The score in nats, from 0 to the logarithm of the number of classes; higher is better.

    Raises:
        ValueError: If the rows are not distributions over classes.

    Example:

    >>> round(information_maximization([[1.0, 0.0], [0.0, 1.0]]), 4)
    0.6931
    """
    probabilities = checked_probabilities(target_probabilities, "target_probabilities")
    information = entropies(probabilities.mean(axis=0)) - entropies(probabilities).mean()
    # Rounding errors can make it negative.
    return max(0.0, float(information))
