"""Recognise tables of 0 and 1 with one column for each label, and name their labels."""

from collections.abc import Callable, Sequence
from typing import Any

from kerastl.data.assembly.listed_classes import ListedClasses

_MEANINGS = {"0": False, "0.0": False, "false": False, "1": True, "1.0": True, "true": True}


def is_label_table(rows: Sequence[Any], classes: ListedClasses | None) -> bool:
    """Return whether rows are a table of 0 and 1, not lists of labels.

    Args:
        rows: One row for each example.
        classes: The labels that the user lists, or None.

    Returns:
        Whether all rows have one value for each class, and all values are 0 or 1.

    Raises:
        ValueError: If the rows seem to be a table, and there are no `classes` to name its columns.

    Example:

    >>> is_label_table([[0, 1], [0, 0]], ListedClasses.of(["sport", "weather"]))
    True
    >>> is_label_table([[0, 1], [0]], ListedClasses.of(["sport", "weather"]))
    False
    """
    if not len(rows) or not all(_is_row(row) for row in rows):
        return False
    width = len(rows[0])
    if not width or any(len(row) != width for row in rows):
        return False
    values = {value for row in rows for value in _written(row)}
    if not values <= _MEANINGS.keys():
        return False
    are_names = isinstance(rows[0][0], str) and (classes is None or values <= set(classes.names))
    if are_names or (classes is not None and width != len(classes.names)):
        return False
    if classes is None:
        raise ValueError(
            "A table of 0 and 1 needs `class_names`, one name for each column. Pass lists of "
            "strings if 0 and 1 are the names of labels. "
            f"Received: {list(rows[0])!r} for the first example, class_names=None"
        )
    return True


def named_columns(
    rows: Sequence[Any], names: Sequence[str], title: Callable[[int], str]
) -> list[list[str]]:
    """Convert rows of 0 and 1 to lists of label names.

    Args:
        rows: One row for each example, with one value for each name.
        names: The labels, in the order of the columns.
        title: The name of an example in errors, by its position.

    Returns:
        The names of the labels of each example.

    Raises:
        ValueError: If a value is not 0 or 1. The error names the example.
    """
    named = []
    for i, row in enumerate(rows):
        chosen = []
        for value, written, name in zip(row, _written(row), names, strict=True):
            if written not in _MEANINGS:
                raise ValueError(
                    f"A label must be 0 or 1. Received: {name}={str(value)!r} for {title(i)}"
                )
            if _MEANINGS[written]:
                chosen.append(name)
        named.append(chosen)
    return named


def _is_row(row: Any) -> bool:
    return isinstance(row, list | tuple) or getattr(row, "ndim", 0) == 1


def _written(row: Any) -> list[str]:
    return [str(value).strip().lower() for value in row]
