"""The weights of the source-only baseline, which an adaptation trains first."""

from collections.abc import Callable, Sequence

import keras
import numpy as np


class FirstTrained(keras.callbacks.Callback):
    """Keep the weights that a model has when the first training by gradient steps ends.

    Args:
        weights: Returns the weights that the model has now.
    """

    def __init__(self, weights: Callable[[], Sequence[np.ndarray]]) -> None:
        super().__init__()
        self._weights = weights
        self.kept: list[np.ndarray] | None = None

    def on_train_end(self, logs=None) -> None:
        """Keep them once."""
        if self.kept is None:
            self.kept = [np.array(each) for each in self._weights()]
