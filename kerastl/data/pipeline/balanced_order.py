"""Draw an order of examples in which every class is equally frequent."""

import numpy as np


def balanced_order(labels: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draw a random order of examples in which every class is equally frequent.

    The order has as many positions as there are examples. The examples of a small class repeat
    about equally often, and a large class gives only some of its examples. If the number of
    examples is not a multiple of the number of classes, random classes get one position more.

    Args:
        labels: Integers of shape `(examples,)`.
        generator: The random generator.

    Returns:
        Positions, int64 of shape `(examples,)`.

    Example:

    >>> labels = np.array([0, 0, 0, 0, 0, 1])
    >>> labels[balanced_order(labels, np.random.default_rng(0))].sum()
    np.int64(3)
    """
    members = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    shares = np.full(len(members), len(labels) // len(members))
    shares[generator.permutation(len(members))[: len(labels) % len(members)]] += 1
    drawn = [
        np.concatenate([generator.permutation(each) for _ in range(-(-share // len(each)))])[:share]
        for each, share in zip(members, shares, strict=True)
        if share
    ]
    return generator.permutation(np.concatenate(drawn))
