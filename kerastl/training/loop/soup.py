"""One set of weights from several that were trained in one run."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import keras
import numpy as np

Measured = TypeVar("Measured")
Weights = list[np.ndarray]


def greedy_soup(
    candidates: Sequence[Weights],
    losses: Sequence[float],
    measure: Callable[[Weights], tuple[float, Measured]],
) -> tuple[list[int], Measured | None]:
    """Average those candidates that do well together (Wortsman et al. 2022, "Model soups").

    From the lowest loss up, each is averaged in and stays if the loss of the average does not
    rise. The soup is therefore never worse, on what it is measured on, than the best candidate.

    Args:
        candidates: Weights as `keras.Model.get_weights` gives them, at least one.
        losses: The loss of each.
        measure: Says the loss of an average, and whatever else is known of it.

    Returns:
        The candidates in the soup, best first, and what `measure` said of their average; None
        where it is the best candidate alone.

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
        mixed = [
            _mix(a, b, 1 / (len(chosen) + 1)) for a, b in zip(soup, candidates[each], strict=True)
        ]
        loss, measured = measure(mixed)
        if loss <= lowest:
            soup, lowest, known = mixed, loss, measured
            chosen.append(each)
    return chosen, known


def _mix(soup: np.ndarray, added: np.ndarray, share: float) -> np.ndarray:
    # Counters stay those of the best candidate.
    if not keras.backend.is_float_dtype(soup.dtype.name):
        return soup
    return (soup + (added - soup) * np.asarray(share, soup.dtype)).astype(soup.dtype)
