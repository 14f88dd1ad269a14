"""Pseudo-labels for the most confident predictions of each class."""

import numpy as np

from kerastl.adaptation.domains.domain_rows import UNKNOWN


def confident_labels(
    probabilities: np.ndarray, share: float, min_confidence: float = 0.0
) -> np.ndarray:
    """Return pseudo-labels for the most confident predictions of each class.

    Args:
        probabilities: Predictions of shape `(examples, classes)`.
        share: Share of the examples of each predicted class to label, above 0 and at most 1,
            rounded to at least one example.
        min_confidence: Lowest probability of a predicted class that becomes a label. Defaults
            to 0.

    Returns:
        Class numbers, -1 for examples without a label, shape `(examples,)`.

    Example:

    >>> confident_labels(np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]]), 0.5).tolist()
    [0, -1, 1]
    """
    predicted = probabilities.argmax(axis=1)
    confidence = probabilities.max(axis=1)
    labels = np.full(len(predicted), UNKNOWN)
    for label in np.unique(predicted):
        members = np.flatnonzero((predicted == label) & (confidence >= min_confidence))
        taken = max(1, round(share * (predicted == label).sum()))
        surest = members[np.argsort(-confidence[members], kind="stable")][:taken]
        labels[surest] = label
    return labels
