"""The F1 of entities decoded from a model's outputs."""

from collections.abc import Sequence

import numpy as np

from kerastl.tasks.token_classification.tag_decoding import decode_tags


def decoded_f1(probabilities: np.ndarray, targets: np.ndarray, tags: Sequence[str]) -> float:
    """Return the F1 of whole entities, as seqeval defines it, after decoding to valid BIO.

    Args:
        probabilities: Shape `(examples, tokens, tags)`.
        targets: Tags of shape `(examples, tokens)`, -1 at tokens that have none.
        tags: The tags in the order of the probabilities.

    Returns:
        From 0 to 1; 0 where there is no entity.

    Example:

    >>> p = np.array([[[0.1, 0.8, 0.1], [0.6, 0.2, 0.2]]])
    >>> decoded_f1(p, np.array([[1, -1]]), ["O", "B-place", "I-place"])
    1.0
    """
    from seqeval.metrics import f1_score

    true, found = [], []
    for rows, labels in zip(probabilities, targets, strict=True):
        known = labels >= 0
        decided = decode_tags(np.log(np.maximum(rows[known], 1e-12)), tags)
        true.append([tags[label] for label in labels[known]])
        found.append([tags[tag] for tag in decided])
    return float(f1_score(true, found, zero_division=0))
