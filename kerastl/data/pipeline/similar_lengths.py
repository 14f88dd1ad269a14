"""Put texts of similar length into the same batch."""

import numpy as np

# Batches among which texts are exchanged. With more of them, texts of the same length would meet
# again in every epoch.
_WINDOW = 8


def in_similar_lengths(
    order: np.ndarray, lengths: np.ndarray, batch_size: int, generator: np.random.Generator
) -> np.ndarray:
    """Rearrange a random order, so that the texts of a batch have similar lengths.

    A batch is as long as its longest text. Eight batches at a time are sorted by length and divided
    again; all batches then follow in random order. The last, smaller batch stays as it is.

    Args:
        order: Positions of texts in random order, int64 of shape `(positions,)`.
        lengths: Number of tokens of each text, shape `(texts,)`.
        batch_size: Texts in a batch.
        generator: The random generator.

    Returns:
        The same positions in the new order.

    Example:

    >>> lengths = np.array([9, 1, 9, 1])
    >>> order = in_similar_lengths(np.arange(4), lengths, 2, np.random.default_rng(0))
    >>> sorted(lengths[order].reshape(2, 2).tolist())
    [[1, 1], [9, 9]]
    """
    whole = len(order) // batch_size * batch_size
    window = _WINDOW * batch_size
    arranged = [
        part[np.argsort(lengths[part], kind="stable")]
        for part in (order[start : min(start + window, whole)] for start in range(0, whole, window))
    ]
    if not arranged:
        return order
    batches = np.concatenate(arranged).reshape(-1, batch_size)
    return np.concatenate([generator.permutation(batches).ravel(), order[whole:]])
