"""The model that a recipe trains: backbone, pooling and head."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras

from kerastl.heads.standardized_features import StandardizedFeatures


def assemble(
    features: keras.Model,
    feature_stages: Sequence[str],
    pool: Callable[[Any], list[Any]],
    bottleneck: int | None,
    head: keras.layers.Layer,
    name: str,
) -> keras.Model:
    """Build a model from a backbone, the pooled features of its stages and a head.

    Args:
        features: The backbone, a model whose layers are its stages.
        feature_stages: Names of the stages that the head reads.
        pool: Function that pools the output of a stage to vectors, such as mean and maximum.
        bottleneck: Width of a linear layer before the head; None for no such layer.
        head: A layer named `"head"`.
        name: Name of the model.

    Returns:
        A model from the backbone's input to the head's output.
    """
    # A stage with two outputs passes on that of an earlier stage first; its own is the last.
    read = [keras.tree.flatten(features.get_layer(stage).output)[-1] for stage in feature_stages]
    vectors = [vector for each in read for vector in pool(each)]
    pooled = StandardizedFeatures(name="pooling")(vectors)
    if bottleneck is not None:
        # Linear, so that a linear probe can be written as bottleneck and head.
        pooled = keras.layers.Dense(bottleneck, dtype="float32", name="bottleneck")(pooled)
    return keras.Model(features.input, head(pooled), name=name)
