"""Inputs of a model: one array, or several arrays by name."""

from collections.abc import Mapping

import numpy as np

Inputs = np.ndarray | Mapping[str, np.ndarray]


def named(inputs: Inputs) -> dict[str, np.ndarray]:
    """Return the arrays by name; a single array is named `"inputs"`."""
    return dict(inputs) if isinstance(inputs, Mapping) else {"inputs": inputs}


def count(inputs: Inputs) -> int:
    """Return the number of examples."""
    return len(next(iter(named(inputs).values())))


def taken(inputs: Inputs, rows: np.ndarray) -> Inputs:
    """Return the inputs of some examples."""
    if isinstance(inputs, Mapping):
        return {name: array[rows] for name, array in inputs.items()}
    return inputs[rows]


def joined(first: Inputs, second: Inputs) -> Inputs:
    """Concatenate the examples of two inputs."""
    if isinstance(first, Mapping):
        others = named(second)
        return {name: np.concatenate([array, others[name]]) for name, array in first.items()}
    return np.concatenate([first, np.asarray(second)])
