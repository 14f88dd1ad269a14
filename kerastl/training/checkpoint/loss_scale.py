"""What a loss is scaled by in float16, as a part of a run's state."""

from typing import Any

import keras


class LossScale:
    """Keep the scale that has proved itself, and how long ago it last changed.

    A run that began again at the first scale would leave out steps which the unbroken one took.

    Args:
        optimizer: The wrapper that `keras.Model.compile` puts around an optimizer.
        variables: What it trains.
    """

    def __init__(
        self, optimizer: keras.optimizers.LossScaleOptimizer, variables: list[Any]
    ) -> None:
        if not optimizer.built:
            optimizer.build(variables)
        self._optimizer = optimizer

    def get_state(self) -> dict[str, Any]:
        """Return scale and counter."""
        return {
            "scale": float(keras.ops.convert_to_numpy(self._optimizer.dynamic_scale.value)),
            "counter": int(keras.ops.convert_to_numpy(self._optimizer.step_counter.value)),
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from what `get_state` returned."""
        self._optimizer.dynamic_scale.assign(state["scale"])
        self._optimizer.step_counter.assign(state["counter"])
