"""From labels as they are written to integers and class names."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def read_labels(
    values: Sequence[Any], title: Callable[[int], str] = "example {}".format
) -> list[str]:
    """Write every label as a class name.

    Args:
        values: Strings, integers or booleans (NumPy's too); a whole-number float counts as an
            integer. Spaces around a string are kept, so that a difference is found.
        title: What an error calls an example. Defaults to its position, counted from 0.

    Returns:
        One class name for each value.

    Raises:
        ValueError: For a label that is missing, not a whole number or not one value, with its
            position.
    """
    return [_name(value, title, position) for position, value in enumerate(values)]


def order_classes(names: Sequence[str]) -> tuple[str, ...]:
    """Put class names into their fixed order: whole numbers by value, others by character.

    Args:
        names: Class names, with repetitions.

    Returns:
        The different names, in order.

    Raises:
        ValueError: If two of them differ only in case or spaces.

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
            "Labels that differ only in upper and lower case or in spaces would be trained as "
            f"different classes: write them alike. Received: {listed}"
        )
    if all(name.lstrip("-").isdecimal() for name in different):
        return tuple(sorted(different, key=lambda name: (int(name), name)))
    return tuple(sorted(different))


def to_integers(names: Sequence[str], classes: Sequence[str]) -> np.ndarray:
    """Give the position of each name among the classes.

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
        "A label must be one string, whole number or truth value. "
        f"Received: {value!r} ({type(value).__name__}) for {title(position)}"
    )


def _is_missing(value: Any) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or (isinstance(value, str) and not value.strip())
