"""Recognise tables of 0 and 1 and lists of labels in any container."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.data.inputs.kinds import column_names, describe
from kerastl.data.inputs.values import is_tensor, list_values, table_column


@dataclass(frozen=True)
class LabelRows:
    """The labels of multi-label examples.

    Attributes:
        rows: One list for each example: labels, or the 0 and 1 of a table.
        columns: The labels that the columns of a table stand for, or None if rows are lists of
            labels.
    """

    rows: list[list[Any]]
    columns: list[str] | None


def read_label_rows(labels: Any, class_names: Sequence[str] | None) -> LabelRows:
    """Read lists of labels, or a table of 0 and 1 with a column for each label.

    Args:
        labels: A list of labels for each example; or a table, as an array, a tensor, lists of
            numbers or a DataFrame.
        class_names: The names of the columns of a table. None for a DataFrame, whose columns have
            names, and for lists of labels.

    Returns:
        The rows.

    Raises:
        ValueError: If a table has no names for its columns, or the labels of an example have no
            order or are a mapping.

    Example:

    >>> read_label_rows([[0, 1], [1, 1]], ["sport", "weather"]).columns
    ['sport', 'weather']
    """
    columns = column_names(labels)
    if columns is not None:
        cells = [table_column(labels, column) for column in columns]
        if len(columns) > 1 or not cells[0] or np.isscalar(cells[0][0]):
            names = columns if class_names is None else list(class_names)
            _check_width(labels, len(columns), names)
            return LabelRows([list(row) for row in zip(*cells, strict=True)], names)
        labels = cells[0]
    values = list_values(labels, "labels")
    if isinstance(values, np.ndarray):
        _check_width(values, values.shape[1] if values.ndim == 2 else None, class_names)
        return LabelRows(values.tolist(), list(map(str, class_names or ())))
    rows = [_row(value, i) for i, value in enumerate(values)]
    if not _is_table(rows, class_names):
        return LabelRows(rows, None)
    _check_width(rows, len(rows[0]), class_names)
    return LabelRows(rows, list(map(str, class_names or ())))


def chosen_columns(table: LabelRows) -> list[list[str]]:
    """Convert a table of 0 and 1 to lists of labels.

    Args:
        table: Rows with named columns.

    Returns:
        The labels of each example.

    Raises:
        ValueError: If a value is not 0 or 1.
    """
    for index, row in enumerate(table.rows):
        for value in row:
            if value not in (0, 1):
                raise ValueError(f"A label must be 0 or 1. Received: {value!r} for example {index}")
    names = table.columns or []
    return [[n for n, value in zip(names, row, strict=True) if value] for row in table.rows]


def _check_width(table: Any, width: int | None, class_names: Sequence[str] | None) -> None:
    if class_names is None or width != len(class_names):
        shape = table.shape if hasattr(table, "shape") else (len(table), width)
        raise ValueError(
            "An array of 0 and 1 needs `class_names`, one name for each column: pass them to "
            "`kerastl.data.multi_label(inputs, labels, class_names=…)`. "
            f"Received: shape {tuple(shape)}, class_names={class_names!r}"
        )


def _row(value: Any, index: int) -> Any:
    if isinstance(value, Mapping):
        raise ValueError(
            "The labels of an example must be a list. A mapping is not read as its keys: pass the "
            f"keys whose value is true. Received: {describe(value)} for example {index}"
        )
    if isinstance(value, np.ndarray) or is_tensor(value) or hasattr(value, "to_list"):
        return list(list_values(value, "labels")) if np.ndim(value) else value
    return value


def _is_table(rows: list[Any], class_names: Sequence[str] | None) -> bool:
    """Return whether rows are of one length, that of the names, and have only 0 and 1."""
    if not rows or not all(isinstance(row, list | tuple) and row for row in rows):
        return False
    width = len(rows[0])
    if any(len(row) != width for row in rows) or width != len(class_names or rows[0]):
        return False
    # Strings are names of labels, but no example has one of two labels in each of its columns.
    names = width == 1 if class_names is None else bool({"0", "1"} & set(class_names))
    strings = () if names else ("0", "1")
    return all(_is_zero_or_one(value) or value in strings for row in rows for value in row)


def _is_zero_or_one(value: Any) -> bool:
    return isinstance(value, int | float | np.number | np.bool_) and value in (0, 1)
