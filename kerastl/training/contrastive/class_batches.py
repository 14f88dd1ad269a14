"""Batches that hold several examples of each of their classes."""

from collections.abc import Iterator

import numpy as np


def class_batches(
    labels: np.ndarray, batch_size: int, steps: int, seed: int
) -> Iterator[np.ndarray]:
    """Draw batches in which every example has others of its class, and of other classes.

    As many classes come at a time as leave room for two examples of each. Classes take turns,
    and so do the examples inside a class.

    Args:
        labels: Integers of shape `(examples,)`.
        batch_size: Examples in a batch, at least 4; fewer come where there are no more.
        steps: How many batches.
        seed: Seed of the order.

    Yields:
        Positions of examples, all batches of one shape. An example comes twice in a batch only
        where its class has fewer than its share: dropout then tells the two apart, as in SimCSE
        (Gao et al. 2021).

    Example:

    >>> [sorted(rows.tolist()) for rows in class_batches(np.array([0, 0, 1, 1]), 4, 1, seed=0)]
    [[0, 1, 2, 3]]
    """
    generator = np.random.default_rng(seed)
    members = [np.flatnonzero(labels == each) for each in np.unique(labels)]
    classes = min(len(members), batch_size // 2)
    largest = max(len(rows) for rows in members)
    share = min(batch_size // classes, max(largest, 2))
    turns = _turns(np.arange(len(members)), classes, generator)
    examples = [_turns(rows, min(share, len(rows)), generator) for rows in members]
    for _ in range(steps):
        yield np.concatenate([np.resize(next(examples[each]), share) for each in next(turns)])


def _turns(items: np.ndarray, count: int, generator: np.random.Generator) -> Iterator[np.ndarray]:
    """Deal different items out, `count` at a time: none comes again before all have come."""
    rest = items[:0]
    while True:
        dealt = rest[:count]
        rest = rest[count:]
        if len(dealt) < count:
            fresh = generator.permutation(items)
            fresh = np.concatenate([fresh[~np.isin(fresh, dealt)], fresh[np.isin(fresh, dealt)]])
            missing = count - len(dealt)
            dealt, rest = np.concatenate([dealt, fresh[:missing]]), fresh[missing:]
        yield dealt
