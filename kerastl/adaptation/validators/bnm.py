"""The validator BNM: the nuclear norm of target predictions."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_probabilities


def bnm(target_probabilities: Any) -> float:
    """Score a model by the nuclear norm of its target predictions.

    The norm is large if predictions are certain (it bounds the Frobenius norm) and diverse (it
    approximates the rank). It comes from batch nuclear-norm maximization (Cui et al. 2020,
    "Towards discriminability and diversity"); here all examples are one batch. The norm is
    divided by its largest possible value, so scores of different numbers of examples compare.

    Args:
        target_probabilities: Predictions on the target, shape `(examples, classes)`.

    Returns:
        The score, above 0 and at most 1; higher is better. It is 1 if all predictions are certain
        and all classes are equally frequent.

    Raises:
        ValueError: If the rows are not distributions over classes.

    Example:

    >>> round(bnm([[1.0, 0.0], [0.0, 1.0]]), 4)
    1.0
    """
    probabilities = checked_probabilities(target_probabilities, "target_probabilities")
    norm = np.linalg.norm(probabilities, "nuc")
    return float(norm / np.sqrt(len(probabilities) * min(probabilities.shape)))
