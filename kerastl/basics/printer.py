"""Progress lines that `verbose=0` turns off."""

from collections.abc import Callable
from typing import Any

from kerastl.basics.printable import printable_lines

Say = Callable[[Any], None]
"""A function that prints a line, or the text of an object, or nothing."""


def printer(verbose: Any) -> Say:
    """Return a function that prints a line, or does nothing where `verbose` is 0.

    Args:
        verbose: As for `keras.Model.fit`.

    Example:

    >>> printer(1)("Phase 1 of 2")
    Phase 1 of 2
    >>> printer(0)("Phase 1 of 2")
    """
    return _silence if verbose == 0 else show


def show(line: Any) -> None:
    """Print a line, or the text of an object, with escape sequences for control characters."""
    print(printable_lines(str(line)))


def _silence(line: Any) -> None:
    """Print nothing."""
