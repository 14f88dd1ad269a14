"""Convert labels to class names, and class names to integers."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def read_labels(
    values: Sequence[Any], title: Callable[[int], str] = "example {}".format
) -> list[str]:
    """Convert every label to a class name.

    Args:
        values: Strings, integers or booleans, also of NumPy. A whole-number float counts as an
            integer. Spaces around a string are kept, so that `order_classes` can report labels
            that differ only in spaces.
        title: The name of an example in errors, by its position. Defaults to `"example N"`,
            counted from 0.

    Returns:
        One class name for each value.

    Raises:
        ValueError: If a label is missing, a fraction, or not a single value. The error names the
            example.
    """
    return [_name(value, title, position) for position, value in enumerate(values)]


def order_classes(names: Sequence[str]) -> tuple[str, ...]:
    """Return the distinct class names in order: whole numbers by value, others by character.

    Args:
        names: Class names, with repetitions.

    Returns:
        The distinct names, in order.

    Raises:
        ValueError: If two names differ only in case or spaces.

    Example:
    >>> order_classes(["10", "9", "10"])
    ('9', '10')
    """
    different = set(names)
    alike = defaultdict(list)
    for name in sorted(different):
        alike[" ".join(name.casefold().split())].append(name)
    clashes = [group for group in alike.values() if len(group) > 1]
    if clashes:
        listed = "; ".join(" and ".join(map(repr, group)) for group in clashes[:10])
        raise ValueError(
            "Labels that differ only in upper and lower case or in spaces would become different "
            f"classes: spell them alike. Received: {listed}"
        )
    if all(name.lstrip("-").isdecimal() for name in different):
        return tuple(sorted(different, key=lambda name: (int(name), name)))
    return tuple(sorted(different))


def to_integers(names: Sequence[str], classes: Sequence[str]) -> np.ndarray:
    """Return the position of each name among the classes.

    Args:
        names: Class names, each among `classes`.
        classes: The classes in order.

    Returns:
        `int32` array of shape `(len(names),)`.
    """
    position = {name: i for i, name in enumerate(classes)}
    return np.array([position[name] for name in names], np.int32)


def _name(value: Any, title: Callable[[int], str], position: int) -> str:
    if isinstance(value, np.ndarray | np.generic) and np.ndim(value) == 0:
        value = value.item()
    if isinstance(value, bytes):
        value = value.decode()
    if _is_missing(value):
        raise ValueError(f"A label is missing. Received: {value!r} for {title(position)}")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str | int):
        return str(value)
    raise ValueError(
        "A label must be a single string, whole number or boolean. "
        f"Received: {value!r} ({type(value).__name__}) for {title(position)}"
    )


def _is_missing(value: Any) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or (isinstance(value, str) and not value.strip())
