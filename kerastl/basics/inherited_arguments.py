"""Docstrings that list the arguments of a class together with those of its bases."""

import inspect
import re
from typing import Any, TypeVar

Documented = TypeVar("Documented", bound=type[Any])

_SECTIONS = ("Args", "Raises")
_ENTRY = re.compile(r"^    (\S[^:]*):.*\n(?:(?:        .*)?\n)*", re.MULTILINE)


def inherited_arguments(cls: Documented) -> Documented:
    """Complete a class's docstring with the arguments and errors that its bases document.

    An argument is then written once, in the class that takes it, and `help` of every subclass
    shows it. An entry of the class itself replaces that of a base. Names in the class's
    `without` are left out.

    Args:
        cls: A class with a docstring in Google's style. Its `Args` and `Raises` sections may be
            missing.

    Returns:
        The class.

    Example:

    >>> class Base:
    ...     '''A base.
    ...
    ...     Args:
    ...         size: In pixels.
    ...     '''
    >>> @inherited_arguments
    ... class Child(Base):
    ...     '''A child.'''
    >>> print(Child.__doc__)
    A child.
    <BLANKLINE>
    Args:
        size: In pixels.
    <BLANKLINE>
    """
    if cls.__doc__ is None:  # python -OO
        return cls
    text = inspect.cleandoc(cls.__doc__) + "\n"
    for section in _SECTIONS:
        own, start, end = _section(text, section)
        text = text[:start].rstrip() + "\n\n" + text[end:].lstrip("\n") if own else text
    # Arguments and errors come before the example.
    cut = text.find("\nExample:\n")
    head, tail = (text, "") if cut < 0 else (text[:cut], text[cut:])
    blocks = [f"{name}:\n{body}" for name in _SECTIONS if (body := _joined(cls, name))]
    cls.__doc__ = head.rstrip() + "\n\n" + "\n".join(blocks) + tail
    return cls


def _joined(cls: type, section: str) -> str:
    found: dict[str, str] = {}
    rest = ""
    for each in cls.__mro__:
        body, _, _ = _section(inspect.cleandoc(vars(each).get("__doc__") or "") + "\n", section)
        for entry in _ENTRY.finditer(body):
            if entry[1].startswith("**"):
                # Only the last class of the chain says what the remaining options are.
                rest = entry[0].rstrip() + "\n"
            else:
                found.setdefault(entry[1], entry[0].rstrip() + "\n")
    left_out = getattr(cls, "without", ())
    return "".join(text for name, text in found.items() if name not in left_out) + rest


def _section(text: str, name: str) -> tuple[str, int, int]:
    """Return the entries of a section, and where it begins and ends."""
    found = re.search(rf"^{name}:\n((?:(?:    .*)?\n)*)", text, re.MULTILINE)
    return ("", 0, 0) if found is None else (found[1], found.start(), found.end())
