"""Read the fields of a JSON file, with an error for each that is missing or of another type."""

import reprlib
from typing import Any, TypeVar

Value = TypeVar("Value")


def read_field(values: Any, name: str, kind: type[Value]) -> Value:
    """Return a field.

    Args:
        values: What JSON held in place of an object.
        name: Name of the field.
        kind: Type of the value. A whole number is a `float`, too.

    Raises:
        ValueError: If `values` is not an object, or the field is missing or of another type.
    """
    if not isinstance(values, dict) or name not in values:
        raise ValueError(f"{name!r} is missing")
    value = values[name]
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise ValueError(f"{name!r} is {reprlib.repr(value)}")
    return value


def read_optional(values: Any, name: str, kind: type[Value]) -> Value | None:
    """Return a field that may be None."""
    if isinstance(values, dict) and name in values and values[name] is None:
        return None
    return read_field(values, name, kind)


def read_list(values: Any, name: str, kind: type[Value]) -> list[Value]:
    """Return a field that is a list of values of one type."""
    found = read_field(values, name, list)
    return [
        read_field({f"{name}[{n}]": each}, f"{name}[{n}]", kind) for n, each in enumerate(found)
    ]
