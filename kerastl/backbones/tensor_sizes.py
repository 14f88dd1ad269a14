"""Check how large the tensors inside a model are before it runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kerastl.basics.model_files.errors import RefusedModelError

if TYPE_CHECKING:
    import keras

# Four times the largest tensor of common networks at 1024 x 1024 pixels.
_MOST_NUMBERS = 2**28


def check_output_sizes(model: keras.Model, source: str) -> None:
    """Check that no layer of a functional model has an output that is too large.

    A layer without weights, such as `RepeatVector` or `UpSampling2D`, can declare any size. Sizes
    that depend on the input count as 1.

    Args:
        model: The model.
        source: The file, for errors.

    Raises:
        RefusedModelError: If an output for one example has more than 268 million numbers.
    """
    import keras

    for layer in model._flatten_layers(include_self=False):
        try:
            outputs = keras.tree.flatten(layer.output)
        except (AttributeError, ValueError):
            # Not called in a graph, or more than once.
            continue
        _check([list(each.shape) for each in outputs], source)


def check_tensor_sizes(model: Any, shape: Sequence[int], source: str) -> None:
    """Check that no tensor inside a model of tf-keras is too large for one example.

    Args:
        model: The model, with one input.
        shape: Shape of the input, without unknown sizes.
        source: The file, for errors.

    Raises:
        RefusedModelError: If a tensor has more than 268 million numbers.
    """
    import tensorflow as tf

    _check([list(shape)], source)
    traced = tf.function(model).get_concrete_function(tf.TensorSpec(shape, tf.float32))
    outputs = [each for node in traced.graph.get_operations() for each in node.outputs]
    _check([each.shape.as_list() for each in outputs if each.shape.rank is not None], source)


def _check(shapes: list[list[int | None]], source: str) -> None:
    for each in shapes:
        if math.prod(size or 1 for size in each) > _MOST_NUMBERS:
            raise RefusedModelError(
                "The model is not loaded: a layer makes a tensor of more than "
                f"{_MOST_NUMBERS / 1e6:,.0f} million numbers for one example. "
                f"Received: shape {tuple(each)} in {source!r}"
            )
