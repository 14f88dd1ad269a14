"""Which kind of example each one is, where examples have no single class."""

import numpy as np


def rarest_label_strata(labels: np.ndarray) -> np.ndarray:
    """Return the rarest label that each example has.

    Args:
        labels: 0 or 1, shape `(examples, labels)`.

    Returns:
        Integers of shape `(examples,)`: the index of a label, or the number of labels where an
        example has none.

    Example:

    >>> rarest_label_strata(np.array([[1, 0], [1, 1], [0, 0]])).tolist()
    [0, 1, 2]
    """
    strata = np.full(len(labels), labels.shape[1], np.int32)
    # From the commonest to the rarest, which has the last word.
    for label in np.argsort(-labels.sum(axis=0), kind="stable"):
        strata[labels[:, label] > 0] = label
    return strata


def quantile_strata(values: np.ndarray, bins: int) -> np.ndarray:
    """Return the part of the range that each value is in, parts of about equal counts.

    Args:
        values: Numbers of shape `(examples,)`.
        bins: The largest number of parts; there are fewer where values repeat.

    Returns:
        Integers of shape `(examples,)`, from 0 for the lowest values.

    Example:

    >>> quantile_strata(np.array([1.0, 2.0, 30.0, 40.0]), 2).tolist()
    [0, 0, 1, 1]
    """
    edges = np.unique(np.quantile(values, np.arange(1, bins) / bins))
    return np.searchsorted(edges, values, side="left").astype(np.int32)


def without_small_strata(strata: np.ndarray, least: int) -> np.ndarray:
    """Let examples of small strata join the most frequent one.

    Args:
        strata: Integers of shape `(examples,)`.
        least: How many examples a stratum needs to stay its own.

    Returns:
        Integers of shape `(examples,)`. One stratum is left at least, however small.

    Example:

    >>> without_small_strata(np.array([0, 0, 1, 1, 1, 2]), 2).tolist()
    [0, 0, 1, 1, 1, 1]
    """
    counts = np.bincount(strata)
    return np.where(counts[strata] < least, counts.argmax(), strata).astype(np.int32)
