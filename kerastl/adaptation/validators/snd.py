"""How dense the neighbourhoods of target examples are."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_features
from kerastl.basics.arguments import check_number

# So many rows of similarities to all examples are held at a time.
_CHUNK = 512


def snd(target_features: Any, temperature: float = 0.05) -> float:
    """Score a model by the soft neighbourhood density of the target.

    Each example has a distribution over the others, the softmax of cosine similarities over a
    temperature; its entropy is large where many neighbours are about equally near, as in dense
    clusters (Saito et al. 2021, "Tune it the right way"). The paper takes predicted
    probabilities as features; those of a layer tell more where classes are two. A model that
    maps all examples to one point gets the best score: read it beside a figure that sees
    labelled source.

    Args:
        target_features: Features or predicted probabilities, shape `(examples, features)`, at
            least two examples.
        temperature: Of the softmax. Defaults to the paper's 0.05.

    Returns:
        A figure in nats, from 0 to the logarithm of the number of other examples: higher is
        better. Only metrics of equally many examples compare.

    Raises:
        ValueError: If the features are no matrix of at least two finite rows, or the
            temperature is not above 0.

    Example:

    >>> loose = [[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [0.6, 0.8]]
    >>> dense = [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]
    >>> snd(dense, temperature=1.0) < snd(loose, temperature=1.0)
    True
    """
    features = checked_features(target_features, "target_features", at_least=2)
    check_number("temperature", temperature, "(0, inf)")
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    # An example without any active feature is as far from all others.
    points = features / np.where(lengths > 0, lengths, 1.0)
    total = 0.0
    for start in range(0, len(points), _CHUNK):
        similarities = points[start : start + _CHUNK] @ points.T / temperature
        own = (np.arange(len(similarities)), start + np.arange(len(similarities)))
        similarities[own] = -np.inf
        similarities -= similarities.max(axis=1, keepdims=True)
        odds = np.exp(similarities)
        similarities[own] = 0.0
        sums = odds.sum(axis=1)
        # The entropy of a softmax, which takes one logarithm a row in place of one a pair.
        entropies = np.log(sums) - np.einsum("ij,ij->i", odds, similarities) / sums
        total += float(entropies.sum(dtype="float64"))
    return total / len(points)
