"""The validator ATC: average thresholded confidence."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_labels, checked_probabilities


def atc(source_probabilities: Any, source_labels: Any, target_probabilities: Any) -> float:
    """Score a model by its estimated accuracy on the target.

    The threshold is the confidence that a share of the held-out source examples exceeds, equal to
    the accuracy on them. The estimate is the share of target examples above it (Garg et al. 2022,
    "Leveraging Unlabeled Data to Predict Out-of-Distribution Performance"). It is too high for a
    model that was trained on its own predictions on the target.

    Args:
        source_probabilities: Predictions on held-out source examples, shape
            `(source examples, classes)`.
        source_labels: Their true classes, integers of shape `(source examples,)`.
        target_probabilities: Predictions on the target, shape `(target examples, classes)`.

    Returns:
        Estimated accuracy, 0 to 1; higher is better.

    Raises:
        ValueError: If rows of probabilities are not distributions, or labels do not match them.

    Example:

    >>> source = [[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]]
    >>> atc(source, [0, 0, 0, 1], [[0.95, 0.05], [0.6, 0.4]])
    0.5
    """
    source = checked_probabilities(source_probabilities, "source_probabilities")
    target = checked_probabilities(target_probabilities, "target_probabilities")
    labels = checked_labels(source_labels, "source_labels", *source.shape)
    wrong = np.sum(source.argmax(axis=1) != labels)
    threshold = np.sort(source.max(axis=1))[min(wrong, len(source) - 1)]
    return float(np.mean(target.max(axis=1) >= threshold))
