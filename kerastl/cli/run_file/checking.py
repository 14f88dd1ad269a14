"""Make dataclasses from plain values, with an error that names each wrong key or value."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from kerastl.basics.suggest import unknown_name
from kerastl.cli.run_file.place import Place

Made = TypeVar("Made")

_DESCRIPTIONS = {
    str: "text (in quotes where it looks like a number or a truth value)",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    Path: "a path",
    NoneType: "null",
}
_SIZE = re.compile(r"([0-9]+)(?:x([0-9]+))?")
# YAML 1.1 wants a point before the exponent, so that it reads 1e-4 as text.
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+")


def make(cls: type[Made], values: Any, place: Place, what: str) -> Made:
    """Make a dataclass from plain values.

    Args:
        cls: The dataclass. Its annotations are the allowed types.
        values: A mapping from field names to values.
        place: Where the values were given.
        what: Name of the mapping in errors, such as `"section 'data'"`.

    Returns:
        The object.

    Raises:
        ValueError: If a key is unknown or missing, a value is of the wrong type, or the
            dataclass itself refuses the values.
    """
    if not isinstance(values, Mapping):
        raise place.error(f"{what} must be a mapping of names to values. Received: {values!r}")
    known = {each.name: each for each in _fields(cls)}
    for key in values:
        if key not in known:
            raise place.at(str(key)).error(
                unknown_name(f"setting of {what}", key, known)
                if known
                else f"{what} has no settings. Received: {key!r}"
            )
    for name, each in known.items():
        required = each.default is MISSING and each.default_factory is MISSING
        if required and name not in values:
            raise place.error(f"{what} needs the setting {name!r}. Received: {dict(values)!r}")
    kinds = get_type_hints(cls)
    checked = {name: check(value, kinds[name], place.at(name)) for name, value in values.items()}
    try:
        return cls(**checked)
    except ValueError as error:
        raise place.error(error) from error


def check(value: Any, kind: Any, place: Place) -> Any:
    """Return a plain value converted to the type of an annotation.

    Args:
        value: The value.
        kind: An annotation: one of the plain types, `Path`, `Any`, `Literal`, a union of
            them, `dict[str, Any]`, a tuple of one kind, `tuple[int, int]`, which is a size, or
            a dataclass, from a mapping as for `make`.
        place: Where the value was given.

    Returns:
        The value, converted where that is safe, such as a whole number to a float.

    Raises:
        ValueError: If it is of another type.
    """
    allowed = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    for each in allowed:
        if isinstance(each, type) and is_dataclass(each) and isinstance(value, Mapping):
            return make(each, value, place, repr(place.key))
    for each in allowed:
        try:
            return _convert(value, each)
        except TypeError:
            continue
    wanted = [_describe(each) for each in allowed if each is not NoneType]
    raise place.error(f"must be {' or '.join(wanted)}. Received: {value!r}")


def number(value: Any) -> Any:
    """Return text that is a number in scientific notation as that number."""
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


def _fields(cls: Any) -> tuple[Field[Any], ...]:
    return fields(cls)


def _convert(value: Any, kind: Any) -> Any:
    """Return the value as the given kind, or raise TypeError."""
    origin = get_origin(kind)
    if kind is Any:
        return value
    if kind is float and isinstance(number(value), int | float) and not isinstance(value, bool):
        return float(number(value))
    if kind is Path and isinstance(value, str | Path):
        return Path(value)
    if kind in (str, int, bool, NoneType) and type(value) is kind:
        return value
    if origin is Literal and value in get_args(kind):
        return value
    if origin is dict and isinstance(value, Mapping):
        named, inner = get_args(kind)
        kinds = get_args(named) or (named,)
        if any(type(key) not in kinds for key in value):
            raise TypeError
        return {key: _convert(number(each), inner) for key, each in value.items()}
    if kind == tuple[int, int]:
        return _size(value)
    if origin is tuple and isinstance(value, list | tuple):
        return tuple(_convert(each, get_args(kind)[0]) for each in value)
    raise TypeError


def _size(value: Any) -> tuple[int, int]:
    """Read 224, "224x320" or [224, 320]: height, then width."""
    if isinstance(value, list | tuple) and len(value) == 2:
        return _convert(value[0], int), _convert(value[1], int)
    written = str(value) if type(value) is int else value
    match = _SIZE.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise TypeError
    return int(match[1]), int(match[2] or match[1])


def _describe(kind: Any) -> str:
    if kind in _DESCRIPTIONS:
        return _DESCRIPTIONS[kind]
    if get_origin(kind) is Literal:
        return " or ".join(repr(each) for each in get_args(kind))
    if kind == tuple[int, int]:
        return "a size in pixels such as 224 or 224x320 (height x width)"
    if get_origin(kind) is tuple:
        return "a list"
    return "a mapping of names to values"
