"""The callback that keeps a moving average of the weights."""

from typing import Any

import keras
import numpy as np
from keras import ops

from kerastl.training.freezing.freezing import stages


class WeightAverage(keras.callbacks.Callback):
    """Keep a moving average of weights and statistics over the steps of a phase.

    It is the plain mean over all steps (Polyak and Juditsky 1992) for the first `window` steps,
    then an exponential average whose mean age is the window. The first weights are not part of
    it. The average is kept on the device, in float32.

    Args:
        window: Number of steps to average over, at least 1; the steps of one epoch are usual.

    Example:

    ```python
    average = WeightAverage(window=len(batches))
    model.fit(batches, epochs=3, callbacks=[average])
    model.set_weights(average.weights())
    ```
    """

    def __init__(self, window: int) -> None:
        super().__init__()
        self._window = window
        self._steps = 0
        self._averages: dict[int, keras.Variable] = {}
        self._state: dict[str, Any] | None = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start an average, or continue from a state that was set."""
        frozen = {
            id(weight)
            for stage in stages(self.model)
            if not stage.trainable
            for weight in stage.weights
        }
        self._steps = 0
        self._averages = {
            # A copy: JAX donates the buffers of the weights to the first step.
            position: keras.Variable(ops.copy(ops.cast(weight, "float32")), trainable=False)
            for position, weight in enumerate(self.model.weights)
            if id(weight) not in frozen and keras.backend.is_float_dtype(weight.dtype)
        }
        if self._state is not None:
            self._steps = self._state["steps"]
            for average, values in zip(
                self._averages.values(), self._state["averages"], strict=True
            ):
                average.assign(values)
            self._state = None

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Move the average towards the weights after this step."""
        self._steps += 1
        share = 1 / min(self._steps, self._window)
        weights = self.model.weights
        for position, average in self._averages.items():
            # Adding the difference leaves weights that have not changed equal to the last bit.
            difference = ops.cast(weights[position], "float32") - average
            average.assign(average + difference * share)

    def get_state(self) -> dict[str, Any]:
        """Return the number of steps and the averages over them."""
        averages = [ops.convert_to_numpy(average) for average in self._averages.values()]
        return {"steps": self._steps, "averages": averages}

    def set_state(self, state: dict[str, Any]) -> None:
        """Continue from what `get_state` returned as soon as training begins."""
        self._state = state

    def weights(self) -> list[np.ndarray]:
        """Return the model's weights, averaged where they train."""
        values = self.model.get_weights()
        for position, average in self._averages.items():
            values[position] = ops.convert_to_numpy(average).astype(values[position].dtype)
        return values
