"""Find examples that are unlike all others."""

from __future__ import annotations

import numpy as np

from kerastl.seeing.inspecting.all_examples import AllExamples
from kerastl.seeing.inspecting.problem import Problem

_NEIGHBOURS = 5
_REFERENCES = 4_000  # examples that every example is compared with
_CHUNK = 1024
_FEWEST = 30
# In robust standard deviations: of normal distances, one of thirty thousand is larger.
_FAR = 4.0
_MOST = 0.02  # share of the examples


def outlier_problems(
    examples: AllExamples, features: np.ndarray, groups: np.ndarray, seed: int
) -> list[Problem]:
    """Report examples whose features are far from those of their nearest neighbours.

    Args:
        examples: The examples.
        features: float32 of shape `(examples, features)`, centred.
        groups: Group of each example; copies of an example are no neighbours of it.
        seed: Seed of the sample of neighbours.

    Returns:
        At most 2 % of the examples, the farthest first.
    """
    if len(features) < _FEWEST:
        return []
    distances = neighbour_distances(features, groups, seed)
    logs = np.log(np.maximum(distances, 1e-6))
    middle = float(np.median(logs))
    spread = 1.4826 * float(np.median(np.abs(logs - middle)))
    far = (logs - middle) / max(spread, 1e-6)
    order = np.argsort(-far)[: max(1, int(_MOST * len(features)))]
    return [
        Problem(
            "outlier",
            examples.key(index),
            examples.split(index),
            examples.given(index),
            detail=f"{distances[index] / np.exp(middle):.1f} times as far from its nearest "
            "neighbours as usual",
            score=float(1 - _FAR / (far[index] + _FAR)),
            index=index,
        )
        for index in order.tolist()
        if far[index] > _FAR
    ]


def neighbour_distances(features: np.ndarray, groups: np.ndarray, seed: int) -> np.ndarray:
    """Return each example's mean cosine distance to its 5 nearest neighbours.

    Args:
        features: float32 of shape `(examples, features)`.
        groups: Group of each example, shape `(examples,)`; members are not compared.
        seed: Seed of the sample of 4,000 examples that all are compared with.

    Returns:
        Shape `(examples,)`, from 0 to 2.
    """
    sizes = np.linalg.norm(features, axis=1, keepdims=True)
    unit = features / np.maximum(sizes, 1e-12)
    chosen = np.sort(np.random.default_rng(seed).permutation(len(unit))[:_REFERENCES])
    references, own = unit[chosen], groups[chosen]
    nearest = min(_NEIGHBOURS, len(chosen) - 1)
    found = np.empty(len(unit), "float32")
    for start in range(0, len(unit), _CHUNK):
        part = slice(start, start + _CHUNK)
        closeness = unit[part] @ references.T
        closeness[groups[part, None] == own] = -1.0
        best = np.partition(closeness, -nearest, axis=1)[:, -nearest:]
        found[part] = 1.0 - best.mean(axis=1)
    return found
