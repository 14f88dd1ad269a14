"""The optimizer, made to know every weight before one of them is unfrozen."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from kerastl.training.optimizer.staged_adamw import StagedAdamW

_SLOTS = (
    "_velocities",
    "_momentums",
    "momentums",
    "_m",
    "_linears",
    "_accumulated_grads",
    "_accumulators",
)


def bare(optimizer: Any) -> Any:
    """Return the optimizer itself where mixed precision wraps it."""
    return getattr(optimizer, "inner_optimizer", optimizer)


def build_optimizer(optimizer: Any, parts: Sequence[Sequence[Any]], weights: list[Any]) -> None:
    """Build an optimizer on all weights that will ever train.

    An optimizer keeps the set of variables that it was built on. One that has not taken a step
    is built anew; one that has is kept if it knows the weights.

    Args:
        optimizer: The model's optimizer, built or not.
        parts: The weights that train together, for each part of the schedule.
        weights: All of them, in the order of the model, which is how a saved model restores
            them.

    Raises:
        ValueError: If the optimizer has trained other weights, or cannot train some alone.
    """
    if optimizer.built and not _serves(optimizer, weights):
        if int(optimizer.iterations) > 0:
            raise ValueError(
                "The optimizer has already trained, on other weights than those of the schedule. "
                "Call `model.compile` again before `fit`. Received: an optimizer built on "
                f"{len(optimizer._trainable_variables)} weights, and {len(weights)} that are to "
                "train"
            )
        _unbuild(optimizer)
    if not optimizer.built:
        optimizer.build(weights)
    known = {id(each) for each in optimizer._trainable_variables}
    if all({id(each) for each in part} == known for part in parts):
        return
    inner = bare(optimizer)
    if hasattr(inner, "optimizers"):
        raise ValueError(
            "A MultiOptimizer updates all of its weights in every step. Use StagedAdamW with "
            f"`rate_multipliers`. Received: optimizer={inner.name!r}"
        )
    if inner.use_ema and not isinstance(inner, StagedAdamW):
        raise ValueError(
            "Keras takes moving averages only of weights that all train. Use StagedAdamW, or "
            f"`use_ema=False`. Received: optimizer={inner.name!r} with use_ema=True"
        )


def has_trained(optimizer: Any, weight: Any) -> bool:
    """Say whether an optimizer's moments show that it has updated a weight."""
    inner = bare(optimizer)
    for name in _SLOTS:
        slots = getattr(inner, name, None)
        if slots:
            slot = slots[inner._get_variable_index(weight)]
            # Adagrad does not begin at zero.
            first = inner.initial_accumulator_value if name == "_accumulators" else 0.0
            return bool(np.any(keras.ops.convert_to_numpy(slot) != np.float32(first)))
    return False


def _serves(optimizer: Any, weights: list[Any]) -> bool:
    known = {id(each) for each in optimizer._trainable_variables}
    wanted = {id(each) for each in weights}
    # TensorFlow updates those that have a gradient; elsewhere the two sets must agree.
    return wanted <= known if keras.backend.backend() == "tensorflow" else wanted == known


def _unbuild(optimizer: Any) -> None:
    """Forget the weights and keep everything that was set: rates, exclusions from decay."""
    inner = bare(optimizer)
    for each in getattr(optimizer, "optimizers", () if inner is optimizer else (inner,)):
        _unbuild(each)
    for variable in list(optimizer._variables):
        if variable is not optimizer._iterations and variable is not optimizer._learning_rate:
            optimizer._untrack_variable(variable)
    optimizer._trainable_variables_indices = {}
    optimizer.built = False
