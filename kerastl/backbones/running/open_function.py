"""A compiled function of a model that takes batches and texts of any size."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kerastl.data.texts.trimming import is_cut

if TYPE_CHECKING:
    from collections.abc import Mapping

    import keras
    import numpy as np

# For each model its compiled function, and Keras's own at that time, which `compile` replaces.
_KEPT: weakref.WeakKeyDictionary[Any, tuple[Any, Callable]] = weakref.WeakKeyDictionary()


def open_function(model: keras.Model, inputs: Mapping[str, np.ndarray]) -> Callable:
    """Return a model in inference mode as one TensorFlow function for every length of texts.

    `model.predict` compiles another function for the first sizes that it meets. Its answers then
    depend in their last bits on earlier calls, and a resumed training would not repeat them.

    Args:
        model: The model.
        inputs: Its inputs by name, as arrays of any batch size and length.

    Returns:
        A function of tensors by name. It is kept as long as the model, until that is compiled.
    """
    import tensorflow as tf

    model.make_predict_function()
    kept = _KEPT.get(model)
    if kept is not None and kept[0]() is model.predict_function:
        return kept[1]
    signature = {
        name: tf.TensorSpec(
            [None, None, *array.shape[2:]]
            if is_cut(name, array.ndim)
            else [None, *array.shape[1:]],
            array.dtype,
            name,
        )
        for name, array in inputs.items()
    }
    # The function must not keep its model.
    called = weakref.ref(model)

    def run(given: dict[str, Any]) -> Any:
        traced = called()
        assert traced is not None
        return traced(given, training=False)

    compiled = tf.function(run, input_signature=[signature])
    _KEPT[model] = weakref.ref(model.predict_function), compiled
    return compiled
