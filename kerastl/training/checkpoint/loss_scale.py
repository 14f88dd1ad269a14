"""The loss scale of float16 training, as part of the state of a run."""

from typing import Any

import keras


class LossScale:
    """Save and restore the dynamic loss scale and its step counter.

    With the initial scale instead, a resumed run would skip steps that an uninterrupted run takes.

    Args:
        optimizer: The wrapper that `keras.Model.compile` puts around an optimizer.
        variables: The variables that it trains.
    """

    def __init__(
        self, optimizer: keras.optimizers.LossScaleOptimizer, variables: list[Any]
    ) -> None:
        if not optimizer.built:
            optimizer.build(variables)
        self._optimizer = optimizer

    def get_state(self) -> dict[str, Any]:
        """Return the loss scale and the step counter."""
        return {
            "scale": float(keras.ops.convert_to_numpy(self._optimizer.dynamic_scale.value)),
            "counter": int(keras.ops.convert_to_numpy(self._optimizer.step_counter.value)),
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned."""
        self._optimizer.dynamic_scale.assign(state["scale"])
        self._optimizer.step_counter.assign(state["counter"])
