"""Features of the training examples for one way to read them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

    from kerastl.data.splits.dataset import Dataset
    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.cache.open_cache import OpenFeatureCache
    from kerastl.training.cache.stored_rows import StoredRows
    from kerastl.training.phases.ordered_examples import InOrder


@dataclass(frozen=True)
class FeaturePass:
    """Pooled features of examples.

    Attributes:
        features: Features by stage: for each pooling one array of shape `(examples, width)`.
        targets: Targets of the examples.
    """

    features: dict[str, list[np.ndarray | StoredRows]]
    targets: np.ndarray


def feature_pass(
    working: RecipeContract,
    data: Dataset,
    batch_size: int,
    features: OpenFeatureCache,
    *,
    is_sample: bool,
) -> FeaturePass:
    """Compute the pooled features of training examples.

    Args:
        working: A recipe with a model.
        data: A data set, whose training split is read.
        batch_size: Examples in a batch.
        features: The feature cache, where a linear probe finds features of all training examples.
        is_sample: Whether the training split is a sample of that of the training.
    """
    prefix, stages = pooled_prefix(working)
    cached = features.needed(prefix, in_order(working, data, batch_size, is_sample=is_sample))
    arrays = {stage: [cached.features[name] for name in names] for stage, names in stages.items()}
    return FeaturePass(arrays, cached.labels)


def pooled_prefix(working: RecipeContract) -> tuple[keras.Model, dict[str, list[str]]]:
    """Return the frozen part of a recipe's model, as a linear probe runs it.

    Returns:
        The model, and for each stage that the head reads the names of its pooled outputs.
    """
    import keras

    from kerastl.training.freezing.freezing import train_only
    from kerastl.training.freezing.frozen_boundary import divide

    train_only(working.model, "head")
    boundary = divide(working.model)
    assert boundary is not None
    pooled = boundary.names(keras.tree.flatten(working.model.get_layer("pooling").input))
    kinds = len(pooled) // len(working.feature_stages)
    of_each = [pooled[start : start + kinds] for start in range(0, len(pooled), kinds)]
    return boundary.prefix, dict(zip(working.feature_stages, of_each, strict=True))


def in_order(
    working: RecipeContract, data: Dataset, batch_size: int, *, is_sample: bool = False
) -> InOrder:
    """Return training examples as a linear probe reads them."""
    from kerastl.recipe.examples import RecipeExamples

    ordered = RecipeExamples(working, data, batch_size).training_in_order()
    # Without a directory, the cache tells examples apart by this name.
    return replace(ordered, name=f"sample of {ordered.name}") if is_sample else ordered
