"""Check the fields of a dataclass by their annotations."""

import types
import typing
from dataclasses import fields
from typing import Any

from kerastl.basics.arguments import check_count, check_flag, check_number, check_text


def check_fields(instance: Any, interval: str = "(0, inf)") -> None:
    """Check numbers, flags and names of a dataclass by the annotations of its fields.

    An `int` must be a whole number of at least 1, a `float` a finite number in the interval, a
    `bool` True or False, a `str` a name. A field whose annotation has None may be None. Fields
    with other annotations are not checked.

    Args:
        instance: An object of a dataclass.
        interval: Interval for fields that are a `float`. Defaults to `"(0, inf)"`.

    Raises:
        ValueError: If a value is not of the kind of its field. The error names the field.

    Example:

    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Plan:
    ...     epochs: int = 1
    ...     augment: bool = True
    >>> check_fields(Plan(epochs=2.5))
    Traceback (most recent call last):
    ValueError: `epochs` must be a whole number of at least 1. Received: epochs=2.5
    """
    hints = typing.get_type_hints(type(instance))
    for field in fields(instance):
        kinds = _kinds(hints[field.name])
        value = getattr(instance, field.name)
        if value is None and type(None) in kinds:
            continue
        if kinds - {type(None)} == {int}:
            check_count(field.name, value)
        elif kinds - {type(None)} == {float}:
            check_number(field.name, value, interval)
        elif kinds - {type(None)} == {bool}:
            check_flag(field.name, value)
        elif kinds - {type(None)} == {str}:
            check_text(field.name, value)


def _kinds(hint: Any) -> set[Any]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return set(typing.get_args(hint))
    return {hint}
