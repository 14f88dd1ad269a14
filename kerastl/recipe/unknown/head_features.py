"""What the head of a classifier reads and computes: its features and logits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from kerastl.backbones.running.finite_model import finite_outputs
from kerastl.heads.unfamiliarity import head_of
from kerastl.training.freezing.freezing import train_only
from kerastl.training.freezing.frozen_boundary import divide

if TYPE_CHECKING:
    from kerastl.data.splits.split import Split
    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.cache.open_cache import OpenFeatureCache
    from kerastl.training.phases.ordered_examples import InOrder

_CHUNK = 4096  # examples


@dataclass(frozen=True)
class HeadFeatures:
    """Input of the head and logits of some examples.

    Attributes:
        features: Shape `(examples, features)`.
        logits: Shape `(examples, classes)`.
    """

    features: np.ndarray
    logits: np.ndarray

    @classmethod
    def of_split(cls, recipe: RecipeContract, split: Split, batch_size: int = 32) -> HeadFeatures:
        """Compute them for a split with a recipe's model."""
        batches = recipe.batches(split, batch_size)
        if split.labels is not None:
            batches = batches.map(lambda inputs, labels: inputs)
        joined, width = _joined(recipe.model)
        return cls._divided(finite_outputs(joined, batches), width)

    @classmethod
    def of_cached(
        cls, model: keras.Model, examples: InOrder, rows: np.ndarray, cache: OpenFeatureCache
    ) -> HeadFeatures:
        """Compute them from the cached features of a frozen backbone.

        Args:
            model: A model whose backbone is frozen.
            examples: The examples.
            rows: Numbers of the examples that are wanted, ascending.
            cache: The cache.
        """
        train_only(model, "head")
        boundary = divide(model)
        assert boundary is not None
        cached = cache.needed(boundary.prefix, examples).features
        joined, width = _joined(boundary.suffix)

        def parts() -> Iterator[Any]:
            for start in range(0, len(rows), _CHUNK):
                chosen = rows[start : start + _CHUNK]
                named = {name: array[chosen] for name, array in cached.items()}
                yield keras.ops.convert_to_numpy(joined(named, training=False))

        return cls._divided(np.concatenate(list(parts())), width)

    @classmethod
    def joined(cls, parts: Sequence[HeadFeatures]) -> HeadFeatures:
        """Return the examples of all parts, one after the other."""
        return cls(
            np.concatenate([part.features for part in parts]),
            np.concatenate([part.logits for part in parts]),
        )

    @classmethod
    def _divided(cls, outputs: np.ndarray, width: int) -> HeadFeatures:
        return cls(outputs[:, :width], outputs[:, width:])


def _joined(model: keras.Model) -> tuple[keras.Model, int]:
    """Return a model of features and logits side by side, and the number of features."""
    head, features = head_of(model)
    logits = head.logits(features, training=False)
    outputs = keras.ops.concatenate([keras.ops.cast(features, "float32"), logits], axis=-1)
    return keras.Model(model.input, outputs), int(features.shape[-1])
