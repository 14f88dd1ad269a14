"""Compute the strata of a stratified split for examples that have no single class."""

import numpy as np


def rarest_label_strata(labels: np.ndarray) -> np.ndarray:
    """Return the rarest label of each example.

    Args:
        labels: 0 or 1, shape `(examples, labels)`.

    Returns:
        int32 of shape `(examples,)`: the index of a label, or the number of labels if an example
        has none.

    Example:

    >>> rarest_label_strata(np.array([[1, 0], [1, 1], [0, 0]])).tolist()
    [0, 1, 2]
    """
    strata = np.full(len(labels), labels.shape[1], np.int32)
    # From the most frequent label to the rarest: later assignments overwrite earlier ones.
    for label in np.argsort(-labels.sum(axis=0), kind="stable"):
        strata[labels[:, label] > 0] = label
    return strata


def quantile_strata(values: np.ndarray, bins: int) -> np.ndarray:
    """Return the quantile bin of each value.

    Args:
        values: Numbers of shape `(examples,)`.
        bins: The largest number of bins. There are fewer if values repeat, because equal values
            share a bin.

    Returns:
        int32 of shape `(examples,)`, 0 for the lowest bin.

    Example:

    >>> quantile_strata(np.array([1.0, 2.0, 30.0, 40.0]), 2).tolist()
    [0, 0, 1, 1]
    """
    edges = np.unique(np.quantile(values, np.arange(1, bins) / bins))
    return np.searchsorted(edges, values, side="left").astype(np.int32)


def without_small_strata(strata: np.ndarray, least: int) -> np.ndarray:
    """Merge small strata into the most frequent one.

    Args:
        strata: Integers of shape `(examples,)`.
        least: Smallest number of examples of a stratum that is kept.

    Returns:
        int32 of shape `(examples,)`, with at least one stratum.

    Example:

    >>> without_small_strata(np.array([0, 0, 1, 1, 1, 2]), 2).tolist()
    [0, 0, 1, 1, 1, 1]
    """
    counts = np.bincount(strata)
    return np.where(counts[strata] < least, counts.argmax(), strata).astype(np.int32)
