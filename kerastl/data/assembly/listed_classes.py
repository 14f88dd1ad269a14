"""The classes that a user lists in order, and the positions of labels among them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.basics.suggest import unknown_name
from kerastl.data.assembly.class_names import check_distinct, check_names, check_unique
from kerastl.data.assembly.plain_labels import PlainLabel, plain_labels

ClassNames = Sequence[Any] | Mapping[Any, Any] | np.ndarray
"""Classes in order, or a mapping between their positions and their names."""


@dataclass(frozen=True)
class ListedClasses:
    """Classes in the order of the model's outputs, as a user lists them.

    The type of a label decides what it means: an integer or a boolean is a position among the
    classes, and a string is a name. Strings of digits are positions if none of them is a name.

    Attributes:
        names: The class names in order.
        integers: Whether the names were given as integers, such as `np.unique(labels)`. Integer
            labels are then compared with them by value.
        option: The name of the option that lists the classes, for errors.

    Example:

    >>> ListedClasses.of(["2", "10"]).positions([0, 1], "example {}".format)
    [0, 1]
    >>> ListedClasses.of(["2", "10"]).positions(["10", "2"], "example {}".format)
    [1, 0]
    """

    names: tuple[str, ...]
    integers: bool = False
    option: str = "class_names"

    @classmethod
    def of(cls, given: Any, option: str = "class_names") -> "ListedClasses":
        """Check the classes that a user lists.

        Args:
            given: Names in order; or a mapping from positions to names, or from names to
                positions; or checked classes.
            option: The name of the option, for errors. Defaults to `"class_names"`.

        Returns:
            The classes.

        Raises:
            ValueError: If `given` has no order, a name is unusable or is in the list twice, or two
                names look alike.
        """
        if isinstance(given, cls):
            return given
        listed = _in_order(given, option)
        if not listed:
            raise ValueError(f"`{option}` must not be empty. Received: {option}={given!r}")
        plain = plain_labels(listed, f"`{option}[{{}}]`".format)
        names = tuple(str(name) for name in plain)
        check_names(names, "class name")
        check_unique(names, option)
        check_distinct(names)
        return cls(names, isinstance(plain[0], int) and not isinstance(plain[0], bool), option)

    def positions(
        self,
        labels: Sequence[PlainLabel],
        title: Callable[[int], str],
        *,
        typed: bool = True,
    ) -> list[int]:
        """Return the position of each label among the classes.

        Args:
            labels: The result of `plain_labels`.
            title: The name of an example in errors, by its position.
            typed: Whether the source stores types. A CSV file does not: a number in it may be a
                name or a position. Defaults to True.

        Returns:
            One position for each label.

        Raises:
            ValueError: If a label is not one of the classes, or can be read both as a position and
                as the name of another class.
        """
        if not labels:
            return []
        kind = type(labels[0])
        names = {name: position for position, name in enumerate(self.names)}
        positions = {str(position): position for position in range(len(self.names))}
        if kind is bool:
            positions = dict(zip(("False", "True"), range(len(self.names)), strict=False))
        written = {str(label): label for label in set(labels)}
        table = positions
        if kind is not int or self.integers:
            if not typed or kind is not str:
                self._check_one_reading(written, names, positions)
            if written.keys() <= names.keys() or not written.keys() <= positions.keys():
                table = names
        found = {label: table.get(name) for name, label in written.items()}
        if None in found.values():
            here = next(i for i, label in enumerate(labels) if found[label] is None)
            raise self._unknown(labels[here], title(here))
        return [found[label] for label in labels]  # type: ignore[misc]

    def _check_one_reading(
        self, written: Iterable[str], names: dict[str, int], positions: dict[str, int]
    ) -> None:
        """Raise an error if all labels can be read in two ways that differ."""
        if not all(label in names and label in positions for label in written):
            return
        for label in written:
            if names[label] != positions[label]:
                raise ValueError(
                    f"The labels can be read as names of classes and as positions in "
                    f"`{self.option}`: leave `{self.option}` out if they are names, or list names "
                    f"that no label is written like. Received: {label}, which is the name at "
                    f"position {names[label]} and the position of "
                    f"{self.names[positions[label]]!r}"
                )

    def _unknown(self, label: PlainLabel, title: str) -> ValueError:
        count = len(self.names)
        if isinstance(label, str) or self.integers:
            error = unknown_name("label", label, self.names)
            return ValueError(f"{error} for {title}, with {count} {self.option}")
        return ValueError(
            f"Unknown label. Integers are positions in `{self.option}`, 0 to {count - 1}; pass "
            f"names as strings. Received: {label!r} for {title}, with {count} {self.option}"
        )


def _in_order(given: Any, option: str) -> list[Any]:
    """Return the names that a list or a mapping holds, in order."""
    if isinstance(given, Mapping):
        return _of_mapping(given, option)
    if isinstance(given, str | bytes | set | frozenset) or not isinstance(given, Iterable):
        raise ValueError(
            f"`{option}` must be a list of names in the order of the classes. "
            f"Received: {option}={given!r}"
        )
    return list(given)


def _of_mapping(given: Mapping[Any, Any], option: str) -> list[Any]:
    """Return the names of a mapping from positions, such as `id2label`, or to positions."""
    for positions, names in ((given.keys(), given.values()), (given.values(), given.keys())):
        if any(isinstance(name, bool) or not isinstance(name, str) for name in names):
            continue
        placed = {str(position): name for position, name in zip(positions, names, strict=True)}
        wanted = [str(position) for position in range(len(given))]
        if sorted(placed) == sorted(wanted):
            return [placed[position] for position in wanted]
    raise ValueError(
        f"`{option}` must be a list of names, or a mapping from the positions 0, 1, 2 and so on to "
        "names. With a mapping from other labels to names, convert the labels: "
        f"`[names[label] for label in labels]`. Received: {option}={given!r}"
    )
