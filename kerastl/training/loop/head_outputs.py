"""Outputs of a model whose backbone is frozen, from cached features."""

import keras
import numpy as np

from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.freezing.freezing import train_only
from kerastl.training.freezing.frozen_boundary import divide
from kerastl.training.phases.ordered_examples import InOrder

_CHUNK = 4096  # examples


def head_outputs(model: keras.Model, examples: InOrder, features: OpenFeatureCache) -> np.ndarray:
    """Compute a model's outputs from the features that its linear probe was fitted on.

    Args:
        model: A model made of stages. Its backbone is frozen.
        examples: The examples.
        features: The feature cache. Features that it does not have are computed.

    Returns:
        The outputs, shape `(examples, ...)`.
    """
    train_only(model, "head")
    boundary = divide(model)
    assert boundary is not None
    cached = features.needed(boundary.prefix, examples).features
    parts = [slice(start, start + _CHUNK) for start in range(0, len(examples), _CHUNK)]
    outputs = [
        boundary.suffix({name: array[part] for name, array in cached.items()}, training=False)
        for part in parts
    ]
    return np.concatenate([keras.ops.convert_to_numpy(each) for each in outputs])
