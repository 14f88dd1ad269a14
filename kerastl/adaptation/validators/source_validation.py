"""The validator source validation: accuracy on held-out source examples."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_labels, checked_probabilities


def source_validation(source_probabilities: Any, source_labels: Any) -> float:
    """Score a model by its accuracy on held-out source examples.

    Other validators are compared with this one (Musgrave, Belongie and Lim 2022, "Three new
    validators and a large-scale benchmark ranking for unsupervised domain adaptation"). It does
    not use the target, so it cannot detect an adaptation that aligns the wrong classes.

    Args:
        source_probabilities: Predictions on held-out source examples, shape
            `(examples, classes)`.
        source_labels: Their true classes, integers of shape `(examples,)`.

    Returns:
        Share of examples whose most probable class is the true one; higher is better.

    Raises:
        ValueError: If rows of probabilities are not distributions, or labels do not match them.

    Example:

    >>> source_validation([[0.9, 0.1], [0.6, 0.4]], [0, 1])
    0.5
    """
    probabilities = checked_probabilities(source_probabilities, "source_probabilities")
    labels = checked_labels(source_labels, "source_labels", *probabilities.shape)
    return float(np.mean(probabilities.argmax(axis=1) == labels))
