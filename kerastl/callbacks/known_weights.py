"""Build an optimizer on all weights before some of them are unfrozen."""

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
    """Return the inner optimizer if mixed precision wraps it."""
    return getattr(optimizer, "inner_optimizer", optimizer)


def build_optimizer(optimizer: Any, parts: Sequence[Sequence[Any]], weights: list[Any]) -> None:
    """Build an optimizer on all weights that will ever train.

    An optimizer keeps the variables that it was built on. One without steps is rebuilt; one that
    has trained is kept if it was built on these weights.

    Args:
        optimizer: The model's optimizer, built or not.
        parts: The weights of each part of the schedule.
        weights: All of them in the model's order, in which a saved model restores them.

    Raises:
        ValueError: If the optimizer has trained other weights, or cannot train only some.
    """
    if optimizer.built and not _serves(optimizer, weights):
        if int(optimizer.iterations) > 0:
            raise ValueError(
                "The optimizer has already trained other weights than those of the schedule. "
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
            "Keras supports use_ema only if all weights train. Use StagedAdamW, or "
            f"`use_ema=False`. Received: optimizer={inner.name!r} with use_ema=True"
        )


def has_trained(optimizer: Any, weight: Any) -> bool:
    """Return whether an optimizer's moments show that it has updated a weight."""
    inner = bare(optimizer)
    for name in _SLOTS:
        slots = getattr(inner, name, None)
        if slots:
            slot = slots[inner._get_variable_index(weight)]
            # Adagrad's accumulators start above zero.
            first = inner.initial_accumulator_value if name == "_accumulators" else 0.0
            return bool(np.any(keras.ops.convert_to_numpy(slot) != np.float32(first)))
    return False


def _serves(optimizer: Any, weights: list[Any]) -> bool:
    known = {id(each) for each in optimizer._trainable_variables}
    wanted = {id(each) for each in weights}
    # TensorFlow updates the weights with a gradient; other backends need equal sets.
    return wanted <= known if keras.backend.backend() == "tensorflow" else wanted == known


def _unbuild(optimizer: Any) -> None:
    """Remove an optimizer's weights and keep its settings: rates, exclusions from decay."""
    inner = bare(optimizer)
    for each in getattr(optimizer, "optimizers", () if inner is optimizer else (inner,)):
        _unbuild(each)
    for variable in list(optimizer._variables):
        if variable is not optimizer._iterations and variable is not optimizer._learning_rate:
            optimizer._untrack_variable(variable)
    optimizer._trainable_variables_indices = {}
    optimizer.built = False
