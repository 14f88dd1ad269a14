"""How many passes few examples need."""

from kerastl.training.phases.examples import Examples

# More passes over so few examples only learn them by heart.
_MOST = 30


def enough_epochs(epochs: int, least_updates: int, examples: Examples | None) -> int:
    """Return more passes where examples are so few that they would give too few batches.

    Args:
        epochs: Passes that are made in any case.
        least_updates: Batches to train on in all, as far as 30 passes give them.
        examples: What is trained on; None where that is not known.
    """
    if examples is None:
        return epochs
    batches = -(-examples.training_count // examples.batch_size)
    return max(epochs, min(_MOST, -(-least_updates // batches)))
