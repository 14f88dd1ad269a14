"""The model that a recipe trains: backbone, pooling and head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import keras

from kerastl.heads.standardized_features import StandardizedFeatures

if TYPE_CHECKING:
    from kerastl.recipe.recipe import Recipe


def build_model(recipe: Recipe, class_names: Sequence[str]) -> keras.Model:
    """Do what `Recipe.build` promises; see there."""
    features = recipe._features()
    # Where two tensors pass on, the stage has made the last one itself.
    tapped = [
        keras.tree.flatten(features.get_layer(name).output)[-1] for name in recipe.feature_stages
    ]
    pooled = StandardizedFeatures(name="pooling")([recipe._pool(each, features) for each in tapped])
    if recipe.bottleneck is not None:
        pooled = keras.layers.Dense(recipe.bottleneck, "relu", name="bottleneck")(pooled)
    head = recipe._head(class_names)
    return keras.Model(features.input, head(pooled), name=recipe.task)
