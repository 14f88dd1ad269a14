"""Suggest which examples of a pool to label next."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerastl.basics.arguments import check_count, check_seed
from kerastl.data.splits.split import Split
from kerastl.recipe.unknown.head_features import HeadFeatures
from kerastl.tasks.classification.labelling.choice import choose
from kerastl.tasks.classification.labelling.suggestion import LabelSuggestion


def suggest_labels(
    recipe: Any, pool: Split, count: int, batch_size: int, seed: int
) -> list[LabelSuggestion]:
    """Suggest which examples of a pool to label next.

    Features are computed for the candidates alone, so that memory does not grow with the pool.

    Args:
        recipe: A trained classifier.
        pool: The examples. Their labels are not read.
        count: How many at most.
        batch_size: Examples in a batch.
        seed: Seed of the clusters.

    Returns:
        The suggestions, the most uncertain first.

    Raises:
        ValueError: If the pool is empty, or an example cannot be read.
    """
    check_count("count", count)
    check_seed(seed)
    if not len(pool):
        raise ValueError("There is no example to choose from. Received: an empty pool")
    pool = Split(pool.modality, pool.inputs, None, ())
    probabilities = recipe.outputs(pool, batch_size)

    def features(rows: np.ndarray) -> np.ndarray:
        return HeadFeatures.of_split(recipe, pool.subset(rows), batch_size).features

    chosen, scores = choose(probabilities, features, count, seed)
    best = probabilities.argmax(axis=1)
    inputs: Any = pool.inputs
    return [
        LabelSuggestion(
            index=int(index),
            name=str(inputs[index]) if pool.modality == "text" else pool.name(int(index)),
            guess=recipe.class_names[best[index]],
            probability=float(probabilities[index, best[index]]),
            score=float(scores[index]),
        )
        for index in chosen
    ]
