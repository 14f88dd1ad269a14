"""How long a contrastive phase is."""

BATCH_SIZE = 32
"""Examples in a contrastive batch, at most."""
# A checkpoint is written after every epoch, and an encoder takes a while to write.
_MOST_EPOCHS = 10


EPOCHS = 40
"""How often each example is encoded, at most: SetFit (Tunstall et al. 2022) has 20 rounds of pairs,
each with a positive and a negative pair for each example."""


def contrastive_length(count: int, epochs: int = EPOCHS, max_steps: int = 200) -> tuple[int, int]:
    """Return the number of batches of a contrastive phase, and of the epochs they are divided into.

    Args:
        count: Number of training examples.
        epochs: How often each example is encoded, at most. Defaults to `EPOCHS`.
        max_steps: The largest number of batches: with many classes there are many more pairs than
            tuning needs. Defaults to 200.

    Example:

    >>> contrastive_length(16)
    (40, 10)
    """
    size = min(BATCH_SIZE, count)
    total = min(max_steps, -(-epochs * count // size))
    parts = min(_MOST_EPOCHS, -(-total * size // count), total)
    return total // parts * parts, parts
