"""Greedy model soup: the mean of the weights of several epochs."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from kerastl.training.selection.interpolation import mixed

Measured = TypeVar("Measured")
Weights = list[np.ndarray]


def greedy_soup(
    candidates: Sequence[Weights],
    losses: Sequence[float],
    measure: Callable[[Weights], tuple[float, Measured]],
) -> tuple[list[int], Measured | None]:
    """Average several sets of weights greedily (Wortsman et al. 2022, "Model soups").

    Starting with the lowest loss, each candidate is added to the mean if the loss of the mean
    does not rise. The loss of the soup is therefore never higher than that of the best candidate.

    Args:
        candidates: Weights as `keras.Model.get_weights` returns them, at least one.
        losses: Loss of each candidate.
        measure: Function that measures a mean of weights; returns its loss and a result.

    Returns:
        Indices of the candidates in the soup, best first, and the result of `measure` for their
        mean; None if the soup is the best candidate alone.

    Example:

    >>> import numpy as np
    >>> candidates = [[np.array([0.0])], [np.array([3.0])], [np.array([9.0])]]
    >>> greedy_soup(candidates, [1.0, 2.0, 8.0], lambda w: (float(abs(w[0] - 1)[0]), w))
    ([0, 1], [array([1.5])])
    """
    first, *rest = np.argsort(losses, kind="stable").tolist()
    chosen, soup, lowest = [first], candidates[first], losses[first]
    known: Measured | None = None
    for each in rest:
        share = 1 / (len(chosen) + 1)
        mean = [mixed(a, b, share) for a, b in zip(soup, candidates[each], strict=True)]
        loss, measured = measure(mean)
        if loss <= lowest:
            soup, lowest, known = mean, loss, measured
            chosen.append(each)
    return chosen, known
