"""Choose sequence lengths, and cut the padding that all texts of a batch share."""

from typing import Any

import numpy as np

LENGTH_STEP = 16
"""Chosen sequence lengths are multiples of this."""

# Batches are cut to multiples of this. The length of a batch is no part of the compiled step, so
# that a new one costs nothing; matrix products are fastest at multiples of 8.
_BATCH_STEP = 8


def stepped_length(longest: int, limit: int) -> int:
    """Round a length up to a multiple of `LENGTH_STEP`, at most the limit.

    Example:

    >>> stepped_length(17, 128), stepped_length(17, 20)
    (32, 20)
    """
    return min(limit, -(-longest // LENGTH_STEP) * LENGTH_STEP)


def fitting_length(lengths: np.ndarray, limit: int) -> int:
    """Return a sequence length that fits 99 % of texts without cutting them.

    Args:
        lengths: Number of tokens of each text, special tokens included.
        limit: The longest sequence of the model.

    Returns:
        A multiple of `LENGTH_STEP`, or the limit.
    """
    return stepped_length(int(np.percentile(lengths, 99, method="higher")), limit)


def without_shared_padding(batch: dict[str, Any]) -> dict[str, Any]:
    """Cut the padding that all texts of a batch share.

    Args:
        batch: Tensors by name, with a `padding_mask` of shape `(batch, length)`. `token_ids`,
            `padding_mask` and every tensor of rank 3 or more are cut along their second axis.

    Returns:
        The same tensors. Their length is a multiple of 8, at most the old length.
    """
    import tensorflow as tf

    longest = tf.reduce_max(tf.reduce_sum(batch["padding_mask"], axis=1))
    kept = -(-longest // _BATCH_STEP) * _BATCH_STEP
    return {
        name: values[:, :kept] if is_cut(name, len(values.shape)) else values
        for name, values in batch.items()
    }


def is_cut(name: str, rank: int) -> bool:
    """Return whether `without_shared_padding` cuts a tensor of this name and rank."""
    return name in ("token_ids", "padding_mask") or rank > 2
