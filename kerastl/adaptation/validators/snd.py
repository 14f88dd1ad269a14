"""The validator SND: soft neighbourhood density of the target."""

from typing import Any

import numpy as np

from kerastl.adaptation.domains.checked_arrays import checked_features
from kerastl.basics.arguments import check_number

# Rows of the similarity matrix that are computed at a time, to bound memory.
_CHUNK = 512


def snd(target_features: Any, temperature: float = 0.05) -> float:
    """Score a model by the soft neighbourhood density of the target.

    Each example has a distribution over the other examples: the softmax of cosine similarities
    divided by a temperature. Its entropy is large if many neighbours are about equally near, as
    in dense clusters (Saito et al. 2021, "Tune it the right way"). The paper uses predicted
    probabilities as features; with two classes, features of a layer are more informative. A model
    that maps all examples to one point gets the best score, so combine it with a validator that
    uses source labels.

    Args:
        target_features: Features or predicted probabilities of the target, shape
            `(examples, features)`, at least two examples.
        temperature: Temperature of the softmax, above 0. Defaults to 0.05, as in the paper.

    Returns:
        The score in nats, from 0 to the logarithm of the number of other examples; higher is
        better. Only scores of equally many examples compare.

    Raises:
        ValueError: If the features are not a finite matrix of at least two rows, or the
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
    # An example whose features are all 0 is equally similar to all others.
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
        # This form of the softmax entropy needs one logarithm per row instead of one per pair.
        entropies = np.log(sums) - np.einsum("ij,ij->i", odds, similarities) / sums
        total += float(entropies.sum(dtype="float64"))
    return total / len(points)
