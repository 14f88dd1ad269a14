"""Decode scores of tags to the most probable valid sequence of tags."""

from collections.abc import Sequence

import numpy as np

# Breaks ties: of equally probable sequences, the one with fewer entities.
_AGAINST_ANOTHER_ENTITY = 1e-9


def follows(tags: Sequence[str]) -> np.ndarray:
    """Tell which tag may follow which in BIO: `I-` only a `B-` or `I-` of its own type.

    Args:
        tags: The tags, `O` among them.

    Returns:
        Truth values of shape `(tags + 1, tags)`: row `i` for what follows tag `i`, the last row
        for what begins a text.
    """
    allowed = np.ones((len(tags) + 1, len(tags)), bool)
    for later, tag in enumerate(tags):
        if tag.startswith("I-"):
            allowed[:, later] = [*(earlier[1:] == tag[1:] for earlier in tags), False]
    return allowed


def decode_tags(log_scores: np.ndarray, tags: Sequence[str]) -> np.ndarray:
    """Find the valid sequence of tags with the greatest sum of scores.

    The algorithm of Viterbi (1967) over the transitions that BIO allows. An unknown
    word has equal scores: its neighbours then decide, and `O` is chosen among ties.

    Args:
        log_scores: Logarithms of probabilities, shape `(words, tags)`; finite.
        tags: The tags in the order of the scores, `O` first.

    Returns:
        Positions in `tags`, shape `(words,)`.

    Example:

    >>> scores = np.log([[0.1, 0.4, 0.5], [0.3, 0.1, 0.6]])
    >>> decode_tags(scores, ["O", "B-person", "I-person"]).tolist()
    [1, 2]
    """
    if not len(log_scores):
        return np.zeros(0, np.int64)
    barrier = np.where(follows(tags), 0.0, -np.inf)
    begins = np.array([tag.startswith("B-") for tag in tags])
    log_scores = log_scores.astype("float64") - _AGAINST_ANOTHER_ENTITY * begins
    best = log_scores[0] + barrier[-1]
    came_from = np.zeros(log_scores.shape, np.int64)
    for word in range(1, len(log_scores)):
        paths = best[:, None] + barrier[:-1]
        came_from[word] = paths.argmax(axis=0)
        best = paths.max(axis=0) + log_scores[word]
    path = [int(best.argmax())]
    for word in range(len(log_scores) - 1, 0, -1):
        path.append(int(came_from[word, path[-1]]))
    return np.array(path[::-1])
