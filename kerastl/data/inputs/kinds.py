"""Recognise tables and other containers, and describe them in errors."""

import reprlib
import sys
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

import numpy as np

_SHOWN = 5


def column_names(value: Any) -> list[str] | None:
    """Return the column names of a table, or None if a value is not a table.

    Args:
        value: Any value. A table is a pandas or polars DataFrame, a pyarrow Table, a
            `datasets.Dataset` or a structured NumPy array.

    Returns:
        The names in order, or None.

    Example:

    >>> column_names(np.array([(1, 2.0)], [("id", int), ("price", float)]))
    ['id', 'price']
    """
    if isinstance(value, Mapping | type):
        return None
    if isinstance(value, np.ndarray):
        return None if value.dtype.names is None else list(value.dtype.names)
    for attribute in ("columns", "column_names"):
        # A DataFrame has a shape, and the two other tables have a number of rows.
        if hasattr(value, "shape") or hasattr(value, "num_rows"):
            names = getattr(value, attribute, None)
            if isinstance(names, Iterable) and not isinstance(names, str):
                # A pyarrow Table has its columns, not their names, as `columns`.
                listed = list(names)
                if attribute == "column_names" or not hasattr(value, "column_names"):
                    return [str(name) for name in listed]
    return None


def is_tf_dataset(value: Any) -> bool:
    """Return whether a value is a `tf.data.Dataset`, without importing TensorFlow."""
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and isinstance(value, tensorflow.data.Dataset)


def describe(value: Any) -> str:
    """Describe a value by its kind, for the end of an error.

    Args:
        value: Any value.

    Returns:
        The value itself if it is short, otherwise its type with columns, keys or shape.

    Example:

    >>> describe({"text": "fine"}), describe(None), describe(np.zeros((2, 3)))
    ("a dict with the keys 'text'", 'None', 'an array of shape (2, 3)')
    """
    if value is None or isinstance(value, bool | int | float | complex | np.generic):
        return repr(value)
    if isinstance(value, str | bytes | PurePath):
        return reprlib.repr(value)
    name = "array" if isinstance(value, np.ndarray) else type(value).__name__
    kind = f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, Mapping):
        return f"{kind} with the keys {_listed(value)}"
    columns = column_names(value)
    if columns is not None:
        return f"{kind} with the columns {_listed(columns)}"
    shape: Any = getattr(value, "shape", None)
    if isinstance(shape, tuple) or type(shape).__name__ == "TensorShape":
        return f"{kind} of shape {tuple(shape)}"
    if isinstance(value, list | tuple | set | frozenset):
        return f"{kind} of {len(value)}"
    return kind


def _listed(names: Iterable[Any]) -> str:
    shown = [reprlib.repr(name) for name in names]
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return (", ".join(shown[:_SHOWN]) or "none") + more
