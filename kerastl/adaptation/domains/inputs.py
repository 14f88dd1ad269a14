"""What a model takes, as arrays: one, or several by name."""

from collections.abc import Mapping

import numpy as np

Inputs = np.ndarray | Mapping[str, np.ndarray]


def named(inputs: Inputs) -> dict[str, np.ndarray]:
    """Return arrays by name; a single one is called `"inputs"`."""
    return dict(inputs) if isinstance(inputs, Mapping) else {"inputs": inputs}


def count(inputs: Inputs) -> int:
    """Return the number of examples."""
    return len(next(iter(named(inputs).values())))


def taken(inputs: Inputs, rows: np.ndarray) -> Inputs:
    """Return some of the examples."""
    if isinstance(inputs, Mapping):
        return {name: array[rows] for name, array in inputs.items()}
    return inputs[rows]


def joined(first: Inputs, second: Inputs) -> Inputs:
    """Return the examples of both, one behind the other."""
    if isinstance(first, Mapping):
        others = named(second)
        return {name: np.concatenate([array, others[name]]) for name, array in first.items()}
    return np.concatenate([first, np.asarray(second)])
