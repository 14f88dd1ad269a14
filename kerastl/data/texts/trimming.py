"""Lengths of texts in batches, without the padding that all of their texts share."""

from typing import Any

import numpy as np

LENGTH_STEP = 16
"""Lengths are multiples of this: each new one costs a new trace of the training step."""


def stepped_length(longest: int, limit: int) -> int:
    """Return the least multiple of `LENGTH_STEP` that holds a text, at most the limit.

    Example:

    >>> stepped_length(17, 128), stepped_length(17, 20)
    (32, 20)
    """
    return min(limit, -(-longest // LENGTH_STEP) * LENGTH_STEP)


def fitting_length(lengths: np.ndarray, limit: int) -> int:
    """Return a length that holds 99 % of texts whole.

    Args:
        lengths: Tokens of each text, special ones included.
        limit: The most that a model reads.
    """
    return stepped_length(int(np.percentile(lengths, 99, method="higher")), limit)


def without_shared_padding(batch: dict[str, Any]) -> dict[str, Any]:
    """Cut a batch where its longest text ends.

    Args:
        batch: Tensors by name, `padding_mask` of shape `(batch, length)` among them. Those of
            the mask's rank by name, `token_ids`, and all of higher rank have the length second.

    Returns:
        The same, with a length that is a multiple of `LENGTH_STEP`.
    """
    import tensorflow as tf

    longest = tf.reduce_max(tf.reduce_sum(batch["padding_mask"], axis=1))
    kept = -(-longest // LENGTH_STEP) * LENGTH_STEP
    return {
        name: values[:, :kept]
        if name in ("token_ids", "padding_mask") or len(values.shape) > 2
        else values
        for name, values in batch.items()
    }
