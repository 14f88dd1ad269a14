"""Make the variables of a model's metrics before its training step is traced."""

from typing import Any

import keras


def build_metrics(model: keras.Model, batches: Any) -> None:
    """Make the variables of a compiled model's metrics.

    Keras makes them in the first training step. TensorFlow traces a function that makes variables
    twice, which costs seconds with deep networks.

    Args:
        model: A compiled model.
        batches: The batches that it is trained with, a `tf.data.Dataset` of `(inputs, targets)`.
    """
    if keras.backend.backend() != "tensorflow":
        return

    def zeros(tensor: Any) -> Any:
        return keras.ops.zeros([size or 1 for size in tensor.shape], tensor.dtype)

    targets = keras.tree.map_structure(zeros, batches.element_spec[1])
    outputs = keras.tree.map_structure(zeros, model.output)
    model.compute_metrics(None, targets, outputs)
    model.reset_metrics()
