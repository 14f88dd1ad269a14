"""Convert labels of any container to plain strings, integers or booleans."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kerastl.basics.utf8 import decode_utf8
from kerastl.data.assembly.class_names import composed

PlainLabel = str | int | bool

_KINDS = {str: "a string", int: "a whole number", bool: "a boolean"}
_MOST_SHOWN = 60


def plain_labels(values: Sequence[Any], title: Callable[[int], str]) -> list[PlainLabel]:
    """Convert labels to plain Python values of one type.

    Args:
        values: Strings, integers or booleans, also of NumPy. A whole-number float counts as an
            integer. Strings are converted to Unicode normal form C.
        title: The name of an example in errors, by its position.

    Returns:
        One value for each label: all strings, all integers or all booleans.

    Raises:
        ValueError: If a label is missing, a fraction, or not a single value, or the types differ.
            The error names the example.

    Example:

    >>> plain_labels([np.int64(3), 1.0], "example {}".format)
    [3, 1]
    """
    # Data has few different labels, so each is converted once.
    known: dict[Any, PlainLabel] = {}
    plain: list[PlainLabel] = []
    for position, value in enumerate(values):
        # A type in the key keeps 1, 1.0 and True apart.
        key = (type(value), value)
        try:
            label = known[key]
        except KeyError:
            label = known[key] = _plain(value, title, position)
        except TypeError:  # arrays and tensors have no hash
            label = _plain(value, title, position)
        plain.append(label)
    if len(set(map(type, plain))) > 1:
        _raise_mixed(plain, title)
    return plain


def single_labels(values: Sequence[Any], title: Callable[[int], str]) -> Sequence[Any]:
    """Take the value out of rows with one value each, as in an array of shape `(examples, 1)`.

    Args:
        values: One label for each example, or one row with one label.
        title: The name of an example in errors, by its position.

    Returns:
        The labels.

    Raises:
        ValueError: If rows have several values, such as one-hot rows. The error says how to
            convert them.
    """
    if not len(values) or not _is_row(values[0]):
        return values
    rows = [list(value) if _is_row(value) else [value] for value in values]
    for position, row in enumerate(rows):
        if len(row) != 1 or _is_row(row[0]):
            raise ValueError(
                f"Every example needs one label, {_way_out(rows)}. "
                f"Received: {_shown(values[position])} for {title(position)}"
            )
    return [row[0] for row in rows]


def _way_out(rows: list[list[Any]]) -> str:
    """Return how to convert rows with several values to labels."""
    widths = {len(row) for row in rows}
    numeric = all(_is_number(value) for row in rows for value in row)
    if numeric and len(widths) == 1:
        if all(sorted(map(float, row)) == [0.0] * (len(row) - 1) + [1.0] for row in rows):
            return "but these are one-hot rows: pass `labels.argmax(axis=1)`"
        return (
            "but these are rows of numbers: pass `labels.argmax(axis=1)` if a row has the score of "
            "each class, or use `kerastl.data.multi_label` or `kerastl.data.numbers`"
        )
    return "but these are lists: use `kerastl.data.multi_label` for several labels"


def _plain(value: Any, title: Callable[[int], str], position: int) -> PlainLabel:
    shown = value
    if not _is_missing(value) and _is_scalar_of_a_library(value):
        value = np.asarray(value).item()
    if isinstance(value, bytes):
        value = decode_utf8(value, "label", title(position))
    if _is_missing(value):
        raise ValueError(f"A label is missing. Received: {shown!r} for {title(position)}")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        # `str` would return the member's name of an enumeration.
        return composed(str.__str__(value))
    raise ValueError(
        "A label must be a single string, whole number or boolean. "
        f"Received: {_shown(shown)} ({type(shown).__name__}) for {title(position)}"
    )


def _raise_mixed(plain: list[PlainLabel], title: Callable[[int], str]) -> None:
    here = next(i for i, label in enumerate(plain) if type(label) is not type(plain[0]))
    raise ValueError(
        "Labels must all have one type, because an integer may be the position of a class and a "
        f"string is its name: convert them. Received: {plain[0]!r} ({_KINDS[type(plain[0])]}) for "
        f"{title(0)} and {plain[here]!r} ({_KINDS[type(plain[here])]}) for {title(here)}"
    )


def _is_row(value: Any) -> bool:
    return isinstance(value, list | tuple) or getattr(value, "ndim", 0) > 0


def _is_scalar_of_a_library(value: Any) -> bool:
    """Return whether a value is a scalar of NumPy or a tensor without axes."""
    return isinstance(value, np.generic) or (hasattr(value, "__array__") and np.ndim(value) == 0)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number | np.bool_)


def _is_missing(value: Any) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    # pandas marks a missing value with its own constants.
    if value is None or type(value).__name__ in ("NAType", "NaTType", "MaskedConstant"):
        return True
    return isinstance(value, str) and not value.strip()


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…"
