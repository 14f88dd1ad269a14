"""Choose which tokens of a text are kept if it is longer than a model's input."""

from typing import Any

TRUNCATIONS = ("head", "tail", "head_tail")
"""Names of the truncations: the first tokens, the last ones, or both."""


def kept_ends(room: int, truncation: str) -> tuple[int, int]:
    """Return how many tokens are kept at the beginning and at the end of a long text.

    `"head_tail"` keeps the first quarter and the last three quarters, as 128 and 382 of 510 tokens
    in Sun et al. 2019 ("How to fine-tune BERT for text classification?", section 5.3.1).

    Args:
        room: Number of tokens that are kept, without special tokens.
        truncation: One of `TRUNCATIONS`.

    Returns:
        Two numbers with the sum `room`.

    Example:

    >>> kept_ends(126, "head_tail")
    (31, 95)
    """
    first = {"head": room, "tail": 0, "head_tail": room // 4}[truncation]
    return first, room - first


def truncated(tokens: Any, room: int, truncation: str) -> Any:
    """Truncate the rows of a ragged tensor that are longer than `room`; others do not change.

    Args:
        tokens: A ragged tensor of shape `(N, tokens)`.
        room: The largest number of tokens in a row.
        truncation: One of `TRUNCATIONS`.

    Returns:
        A ragged tensor of the same type.
    """
    import tensorflow as tf

    first, last = kept_ends(room, truncation)
    if not last:
        return tokens[:, :first]
    if not first:
        return tokens[:, -last:]
    # A row of at most `room` tokens has at most `last` after its first ones.
    return tf.concat([tokens[:, :first], tokens[:, first:][:, -last:]], axis=1)
