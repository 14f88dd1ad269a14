"""Check the names of classes, labels and targets."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from kerastl.basics.utf8 import is_utf8

# Control characters, and the separators of lines and paragraphs.
_NOT_IN_A_LINE = ("Cc", "Zl", "Zp")
# Joiners change how emoji and Persian words look. All other format characters are invisible.
_JOINERS = "\u200c\u200d"


def composed(name: str) -> str:
    r"""Return the Unicode normal form C of a name.

    File systems and editors write the same letter as one character or as two.

    Example:

    >>> composed("cafe\u0301") == "caf\u00e9"
    True
    """
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def check_names(names: Iterable[str], kind: str = "label") -> None:
    """Check that names can be stored in files with one name on each line.

    Args:
        names: Names of classes, labels, entity types or targets.
        kind: What the names are for, for the error. Defaults to `"label"`.

    Raises:
        ValueError: If a name is empty, has a line break or another control character, or cannot be
            encoded in UTF-8.
    """
    for name in names:
        if not name.strip():
            reason = "must not be empty"
        elif not is_utf8(name):
            reason = "must be valid Unicode, without half of a surrogate pair"
        elif not name.isprintable() and _has_control(name):
            reason = "must be one line without control characters such as line breaks and tabs"
        else:
            continue
        raise ValueError(f"A {kind} {reason}. Received: {name!r}")


def check_distinct(names: Iterable[str]) -> None:
    """Check that no two names look alike.

    Args:
        names: Different names.

    Raises:
        ValueError: If two names differ only in case, spaces, invisible characters or the Unicode
            form of their letters.
    """
    alike = defaultdict(list)
    for name in sorted(names):
        alike[_appearance(name)].append(name)
    clashes = [group for group in alike.values() if len(group) > 1]
    if clashes:
        listed = "; ".join(" and ".join(map(_told_apart, group)) for group in clashes[:10])
        raise ValueError(
            "Labels that differ only in upper and lower case or in spaces, or that look the same, "
            f"would become different classes: spell them alike. Received: {listed}"
        )


def check_unique(names: Sequence[str], option: str) -> None:
    """Check that a list has no name twice.

    Args:
        names: Names in order.
        option: The name of the list, for the error.

    Raises:
        ValueError: If a name is in the list twice. The error names the positions.
    """
    first: dict[str, int] = {}
    for position, name in enumerate(names):
        if first.setdefault(composed(name), position) != position:
            raise ValueError(
                f"`{option}` must not repeat a name. "
                f"Received: {name!r} at positions {first[composed(name)]} and {position}"
            )


def check_output_names(names: Sequence[str]) -> None:
    """Check the names of a model's outputs.

    Args:
        names: One name for each output.

    Raises:
        ValueError: If a name is in the list twice, or cannot be stored, see `check_names`.
    """
    check_names(names, "class name")
    check_unique(names, "class_names")


def _has_control(name: str) -> bool:
    return any(unicodedata.category(letter) in _NOT_IN_A_LINE for letter in name)


def _appearance(name: str) -> str:
    """Return a key that is equal for names that look alike, apart from case and spaces."""
    key = " ".join(name.casefold().split())
    if key.isascii():
        return key
    seen = (c for c in key if c in _JOINERS or unicodedata.category(c) != "Cf")
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).split())


def _told_apart(name: str) -> str:
    """Return a name in quotation marks, with escape sequences where letters could mislead."""
    shown = repr(name)
    return shown if composed(name) == name and name.isprintable() else ascii(name)
