"""Read columns of Arrow tables, whose strings may have bytes that are not UTF-8."""

from collections.abc import Callable
from itertools import count
from typing import Any

from kerastl.basics.utf8 import decode_utf8


def stored_values(
    read_all: Callable[[], list[Any]],
    read_row: Callable[[int], Any],
    column: str,
    title: Callable[[int], str],
) -> list[Any]:
    """Return the values of a column, or name the first row that cannot be decoded.

    Arrow does not check strings when it reads them, and its error names no row.

    Args:
        read_all: A function that returns all values.
        read_row: A function from a row's position to its value.
        column: The name of the column, for the error.
        title: The name of a row in the error, by its position.

    Returns:
        The values.

    Raises:
        ValueError: If a string is not UTF-8.
    """
    try:
        return read_all()
    except UnicodeDecodeError:
        for row in count():
            try:
                read_row(row)
            except UnicodeDecodeError as error:
                decode_utf8(error.object, f"value of {column!r}", title(row))
        raise
