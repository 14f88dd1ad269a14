"""The score from which an input counts as none of the classes."""

import math

import numpy as np

FALSE_ALARMS = 0.05
"""Default share of inputs of a known class that are taken for unknown ones."""


def unknown_threshold(
    known: np.ndarray, false_alarms: float = FALSE_ALARMS, others: np.ndarray | None = None
) -> float:
    """Choose the threshold for a stated rate of false alarms (split conformal).

    Of new examples drawn like the known ones, at most this share lies above the threshold, on
    average, whatever the distribution of the scores. With examples of no class, the threshold is
    raised where that misses fewer known examples than it loses unknown ones.

    Args:
        known: Scores of examples of known classes that were not trained on, shape `(examples,)`.
        false_alarms: The rate, above 0 and below 1. Defaults to 0.05.
        others: Scores of examples of no class. Defaults to None: there are none.

    Returns:
        The threshold: an input is unknown if its score is higher. Infinity if there are too few
        known examples for the rate, fewer than 19 for 5 %.

    Example:

    >>> unknown_threshold(np.arange(99.0))
    94.0
    """
    count = len(known)
    # The margin keeps 0.95 * 20 from becoming 20.
    rank = math.ceil((1 - false_alarms) * (count + 1) - 1e-9)
    if rank > count:
        return math.inf
    ordered = np.sort(known)
    lowest = float(ordered[rank - 1])
    if others is None or not len(others):
        return lowest
    # Between two scores all thresholds are equal: the middle one has the widest margin.
    every = np.unique(np.concatenate([known, others]))
    middles = (every[:-1] + every[1:]) / 2
    tried = np.concatenate([[lowest], middles[middles > lowest]])
    alarms = 1 - np.searchsorted(ordered, tried, "right") / count
    found = 1 - np.searchsorted(np.sort(others), tried, "right") / len(others)
    return float(tried[int(np.argmax(found - alarms))])
