"""Conformal intervals around predicted numbers."""

import numpy as np


def conformal_half_widths(residuals: np.ndarray, coverage: float) -> np.ndarray:
    """Return how wide intervals must be on either side (split conformal, Lei et al. 2018).

    Of examples that are drawn like those of the residuals, an interval of this width holds the
    true number with at least this probability, whatever the model and the distribution, on average
    over examples: not for each kind of example.

    Args:
        residuals: True minus predicted numbers, shape `(examples, targets)`, of examples that
            were not trained on.
        coverage: The probability, above 0 and below 1, for each target by itself.

    Returns:
        Shape `(targets,)`; infinity where examples are too few for the coverage (below 9 for
        90 %).

    Example:

    >>> conformal_half_widths(np.arange(-9.0, 10.0)[:, None], 0.9).tolist()
    [9.0]
    """
    count = len(residuals)
    # In whole numbers of examples; the margin keeps 0.9 * 10 from becoming 10.
    rank = int(np.ceil(coverage * (count + 1) - 1e-9))
    if rank > count:
        return np.full(residuals.shape[1], np.inf)
    return np.asarray(np.sort(np.abs(residuals), axis=0)[rank - 1])
