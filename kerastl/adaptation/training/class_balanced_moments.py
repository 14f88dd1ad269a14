"""Centre and scale of the target, with the class shares of the source."""

import numpy as np

from kerastl.adaptation.domains.domain_rows import UNKNOWN
from kerastl.adaptation.importance.class_shares import ClassShares
from kerastl.adaptation.training.domain_moments import DomainMoments
from kerastl.adaptation.training.subset_probe import SubsetProbe
from kerastl.training.losses.temperature import scale_probabilities

# Better centred features give better predictions, and these give better weights.
_ROUNDS = 3


def measured_moments(
    probe: SubsetProbe,
    source: tuple[np.ndarray, np.ndarray],
    labels: np.ndarray,
    known: np.ndarray,
    target: np.ndarray,
    temperature: float,
) -> DomainMoments:
    """Measure the target, weighting its examples so that classes are as frequent as in the source.

    The mean of a target with other class shares lies nearer to its frequent classes. Centred on
    it, frequent classes are taken for rare ones. Weights by estimated shares and predicted classes
    prevent this; where shares are equal, they are about 1.

    Args:
        probe: The linear probe of the source, which predicts the target.
        source: Centre and scale on the source.
        labels: Label of every row.
        known: Row indices of the source examples; without any, target examples have equal weights.
        target: Row indices of the target examples.
        temperature: The temperature of the probe.
    """
    if not len(known):
        return DomainMoments.measured(source, probe.standardize_by(target), len(target))
    probe.standardize_with(*source)
    classes = probe.classes
    shares = np.bincount(labels[known], minlength=classes) / len(known)
    labelled = labels[target] != UNKNOWN
    for _ in range(_ROUNDS):
        predicted = scale_probabilities(probe.probabilities(target), temperature)
        predicted[labelled] = np.eye(classes)[labels[target][labelled]]
        weights = ClassShares.estimated(predicted, shares).weights
        count = float(weights.sum() ** 2 / np.square(weights).sum())
        moments = DomainMoments.measured(source, probe.standardize_by(target, weights), count)
        probe.standardize_with(*moments.target)
    return moments
