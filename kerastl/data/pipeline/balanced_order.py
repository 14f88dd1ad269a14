"""An order in which every class comes equally often."""

import numpy as np


def balanced_order(labels: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draw as many examples as there are, each class equally often.

    A small class gives every example about equally often, a large one a part of them; what does
    not divide evenly goes to classes by chance.

    Args:
        labels: Integers of shape `(examples,)`.
        generator: Draws.

    Returns:
        Positions, shape `(examples,)`, in random order.

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
