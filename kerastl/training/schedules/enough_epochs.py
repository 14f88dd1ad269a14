"""The number of epochs that a few examples need."""

from kerastl.training.phases.examples import Examples

# More epochs on so few examples only overfit.
_MOST = 30


def enough_epochs(epochs: int, least_updates: int, examples: Examples | None) -> int:
    """Return more epochs if the examples are so few that they give too few batches.

    Args:
        epochs: The least number of epochs.
        least_updates: Batches to train on in total, as far as 30 epochs give them.
        examples: The training examples; None if they are not known.
    """
    if examples is None:
        return epochs
    batches = -(-examples.training_count // examples.batch_size)
    return max(epochs, min(_MOST, -(-least_updates // batches)))
