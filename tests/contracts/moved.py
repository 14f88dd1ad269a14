"""Which variables of a model moved in each phase of a run, by name and by kind."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np


def kinds_by_name(model: keras.Model) -> dict[str, str]:
    """Say what every variable of a fresh model is.

    Returns:
        For each variable, by layer and path, `"weight"`; `"norm"`, the gamma and beta of batch
        normalization; `"statistic"`, its moving mean and variance; `"random"`, the state of a
        generator; `"scaling"`, what the pooling centres and scales by; or `"constant"`.
    """
    norms = {
        id(variable): "statistic" if variable.name.startswith("moving") else "norm"
        for layer in model._flatten_layers()
        if isinstance(layer, keras.layers.BatchNormalization)
        for variable in layer.variables
    }
    kinds = {}
    for name, variable in variables_by_name(model).items():
        if id(variable) in norms:
            kinds[name] = norms[id(variable)]
        elif "seed_generator" in variable.path:
            kinds[name] = "random"
        elif name.startswith("pooling: "):
            kinds[name] = "scaling"
        else:
            kinds[name] = "weight" if variable.trainable else "constant"
    return kinds


def variables_by_name(model: keras.Model) -> dict[str, Any]:
    """Name every variable of a model by its layer and path."""
    named = {
        f"{layer.name}: {variable.path}": variable
        for layer in model.layers
        for variable in layer.variables
    }
    assert len(named) == len(model.variables)
    return named


class Watch(keras.callbacks.Callback):
    """Note all variables of a model where each epoch of a run begins."""

    def __init__(self, whole: keras.Model) -> None:
        super().__init__()
        self._variables = variables_by_name(whole)
        # What happens before the first epoch is the first phase's doing.
        self._begun = {0: self._values()}

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._begun.setdefault(epoch, self._values())

    def moved(self, phases: Sequence[dict[str, Any]]) -> list[set[str]]:
        """Return the names of what moved in each phase, once the run is over.

        A phase ends where the next one begins: what happens in between is its doing.

        Args:
            phases: All of the run, as its history has them.
        """
        borders = [self._begun[phase["first_epoch"]] for phase in phases]
        ends = [*borders[1:], self._values()]
        return [
            {name for name in before if not np.array_equal(before[name], after[name])}
            for before, after in zip(borders, ends, strict=True)
        ]

    def _values(self) -> dict[str, np.ndarray]:
        return {
            name: np.array(keras.ops.convert_to_numpy(variable))
            for name, variable in self._variables.items()
        }
