"""Read the variables of models and optimizers as arrays, and assign them."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from kerastl.training.optimizer.staged_adamw import StagedAdamW


def values_of(variables: Sequence[Any]) -> list[np.ndarray]:
    """Return the values of variables: weights, statistics and states of random generators."""
    return [_value(variable) for variable in variables]


def assign(variables: Sequence[Any], values: Sequence[np.ndarray]) -> None:
    """Assign what `values_of` returned to variables of the same shapes."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def optimizer_values(optimizer: StagedAdamW, variables: Sequence[Any]) -> dict[str, Any]:
    """Return the state of an optimizer.

    Args:
        optimizer: A built optimizer.
        variables: The variables that it trains, and others. The state of a variable that is
            missing here, such as a merged low-rank matrix, is left out.

    Returns:
        For each slot, such as `momentum`, one array for each trained variable; `trained`, their
        positions in `variables`; and `iterations`, the number of batches.
    """
    positions = {id(variable): number for number, variable in enumerate(variables)}
    trained = [
        (positions[id(variable)], number)
        for number, variable in enumerate(optimizer._trainable_variables)
        if id(variable) in positions
    ]
    slots = {
        name: [_value(slot[number]) for _, number in trained]
        for name, slot in _slots(optimizer).items()
    }
    return {
        "trained": [position for position, _ in trained],
        "iterations": _value(optimizer._iterations),
        **slots,
    }


def assign_optimizer(
    optimizer: StagedAdamW, variables: Sequence[Any], values: dict[str, Any]
) -> None:
    """Assign what `optimizer_values` returned to an optimizer.

    Args:
        optimizer: An optimizer that is built on the same variables.
        variables: As for `optimizer_values`.
        values: What `optimizer_values` returned.
    """
    numbers = [optimizer._get_variable_index(variables[position]) for position in values["trained"]]
    for name, slots in _slots(optimizer).items():
        for number, value in zip(numbers, values[name], strict=True):
            slots[number].assign(value)
    optimizer._iterations.assign(values["iterations"])


def optimizer_of(variables: Sequence[Any], values: dict[str, Any]) -> StagedAdamW:
    """Return a built optimizer with a saved state, for `StagedAdamW.take_over`."""
    accumulates = 2 if "accumulated" in values else None
    optimizer = StagedAdamW(gradient_accumulation_steps=accumulates)
    optimizer.build([variables[position] for position in values["trained"]])
    assign_optimizer(optimizer, variables, values)
    return optimizer


def _slots(optimizer: StagedAdamW) -> dict[str, list[Any]]:
    slots = {
        "momentum": optimizer._momentums,
        "velocity": optimizer._velocities,
        "step": optimizer.step_counts,
    }
    if optimizer.gradient_accumulation_steps:
        slots["accumulated"] = optimizer._accumulated_gradients
    return slots


def _value(variable: Any) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(variable.value))
