"""How long a contrastive phase is."""

BATCH_SIZE = 32
"""Examples in a contrastive batch, at most."""
# A checkpoint is written after every epoch, and an encoder takes a while to write.
_MOST_EPOCHS = 10


def contrastive_length(count: int, epochs: int = 40, max_steps: int = 200) -> tuple[int, int]:
    """Return the number of batches of a contrastive phase, and of the epochs they are divided into.

    Args:
        count: Number of training examples.
        epochs: How often each example is encoded, at most. Defaults to 40, as in SetFit (Tunstall
            et al. 2022), whose 20 rounds have a positive and a negative pair for each example.
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
