"""Convert labels to class names, and class names to integers."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kerastl.data.assembly.class_names import check_distinct, check_names
from kerastl.data.assembly.plain_labels import plain_labels

# Python converts no more than 4300 digits to an integer.
_WHOLE_NUMBER = re.compile(r"-?\d{1,1000}")


def read_labels(
    values: Sequence[Any], title: Callable[[int], str] = "example {}".format
) -> list[str]:
    """Convert every label to a class name.

    Args:
        values: Strings, integers or booleans, also of NumPy, all of one type. A whole-number float
            counts as an integer. Spaces around a string are kept, so that `order_classes` can
            report labels that differ only in spaces.
        title: The name of an example in errors, by its position. Defaults to `"example N"`,
            counted from 0.

    Returns:
        One class name for each value.

    Raises:
        ValueError: If a label is missing, a fraction, or not a single value, or the types differ.
            The error names the example.
    """
    return [str(label) for label in plain_labels(values, title)]


def order_classes(names: Sequence[str]) -> tuple[str, ...]:
    """Return the distinct class names in order: whole numbers by value, others by character.

    Args:
        names: Class names, with repetitions.

    Returns:
        The distinct names, in order.

    Raises:
        ValueError: If a name has a line break or another control character, or two names look
            alike.

    Example:
    >>> order_classes(["10", "9", "10"])
    ('9', '10')
    """
    different = set(names)
    check_names(sorted(different))
    check_distinct(different)
    if all(_WHOLE_NUMBER.fullmatch(name) for name in different):
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


def stored_name(names: Sequence[str] | None, value: Any, title: str) -> Any:
    """Return the name of a label that a data set stores as an integer.

    Args:
        names: The names in order, or None if the data set stores none.
        value: The stored label.
        title: The name of the example, for the error.

    Returns:
        The name, or None if the label is missing: None or -1. Without names, the label itself.

    Raises:
        ValueError: If there is no such name.
    """
    if names is None:
        return value
    if value is None or value == -1:
        return None
    if not 0 <= value < len(names):
        raise ValueError(
            f"A stored label must be from 0 to {len(names) - 1}, the positions of its names. "
            f"Received: {value} for {title}"
        )
    return names[int(value)]
