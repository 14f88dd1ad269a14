"""How many examples a batch has."""

from kerastl.basics.arguments import check_count

_USUAL, _LARGE = 16, 32
# With fewer examples than this an epoch has too few steps to make them larger.
_MANY = 20_000


def batch_size_for(examples: int, given: int | None = None) -> int:
    """Return the number of examples in a batch: 16, from 20,000 training examples on 32.

    Args:
        examples: Number of training examples.
        given: What the user asks for instead. Defaults to None: nothing.

    Raises:
        ValueError: If less than 1 is asked for.

    Example:

    >>> batch_size_for(450), batch_size_for(60_000), batch_size_for(450, given=8)
    (16, 32, 8)
    """
    check_batch_size(given)
    if given is not None:
        return given
    return _USUAL if examples < _MANY else _LARGE


def check_batch_size(given: int | None) -> None:
    """Refuse what is no number of examples with a `ValueError`; None leaves the choice."""
    if given is not None:
        check_count("batch_size", given)
