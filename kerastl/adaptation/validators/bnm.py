"""The nuclear norm of predictions on the target."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_probabilities


def bnm(target_probabilities: Any) -> float:
    """Score a model by the nuclear norm of the matrix of its predictions on the target.

    The norm bounds the matrix's Frobenius norm, large where predictions are certain, and
    approaches its rank, large where they are varied (batch nuclear-norm maximisation: Cui et al.
    2020, "Towards discriminability and diversity"). All examples given are one batch. The norm
    is divided by its largest possible value, so that metrics of different numbers of examples
    compare.

    Args:
        target_probabilities: Shape `(examples, classes)`.

    Returns:
        A figure above 0 and at most 1, which certain predictions of equally many examples of
        each class reach: higher is better.

    Raises:
        ValueError: If the probabilities are none.

    Example:

    >>> round(bnm([[1.0, 0.0], [0.0, 1.0]]), 4)
    1.0
    """
    probabilities = checked_probabilities(target_probabilities, "target_probabilities")
    norm = np.linalg.norm(probabilities, "nuc")
    return float(norm / np.sqrt(len(probabilities) * min(probabilities.shape)))
