"""The default batch size, and the check of a given one."""

from kerastl.basics.arguments import check_count

_USUAL, _LARGE = 16, 32
# Below this, an epoch has too few steps for larger batches.
_MANY = 20_000


def batch_size_for(examples: int, given: int | None = None) -> int:
    """Return the batch size: 16, or 32 from 20,000 training examples on.

    Args:
        examples: Number of training examples.
        given: Batch size that the user sets. Defaults to None: choose one.

    Raises:
        ValueError: If `given` is less than 1.

    Example:

    >>> batch_size_for(450), batch_size_for(60_000), batch_size_for(450, given=8)
    (16, 32, 8)
    """
    check_batch_size(given)
    if given is not None:
        return given
    return _USUAL if examples < _MANY else _LARGE


def check_batch_size(given: int | None) -> None:
    """Raise a `ValueError` unless a batch size is None or an integer of at least 1."""
    if given is not None:
        check_count("batch_size", given)
