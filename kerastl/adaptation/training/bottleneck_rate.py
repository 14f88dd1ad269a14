"""The learning rate of a bottleneck that begins as a factor of a linear probe."""

from typing import Any

import keras
import numpy as np

# Change of a unit's output that one step at a rate of 1 causes, for units of mean square 1. At the
# default rate of 1e-3 a step moves the bottleneck by at most a tenth of its own size.
_STEP = 100.0
_ROWS = 1000  # examples that the size of the features is measured on


def bottleneck_rate(model: keras.Model, features: Any) -> dict[str, float]:
    """Return the factor on the learning rate of a bottleneck's kernel, by variable path.

    Where a frozen backbone separates the classes of the source, the task's gradient vanishes. Adam
    then divides the reversed gradient by its own size: the bottleneck moves at the full rate for
    any strength of the adversary. One step changes each weight by the learning rate, and so the
    outputs by the rate times the sum of the absolute features. With a thousand features and a rate
    of 1e-3, this is as much as the outputs themselves, and the features are destroyed within a few
    steps. The factor makes the size of a step independent of the number of features.

    Args:
        model: A model, with or without a layer named `"bottleneck"`.
        features: Inputs of the bottleneck, shape `(examples, features)`: an array, or an object
            whose slices are arrays.

    Returns:
        The factor by path; empty without a bottleneck.
    """
    if all(layer.name != "bottleneck" for layer in model.layers):
        return {}
    size = float(np.abs(features[0 : min(_ROWS, len(features))]).sum(axis=1).mean())
    return {model.get_layer("bottleneck").kernel.path: _STEP / max(size, _STEP)}
