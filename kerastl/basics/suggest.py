"""Errors for a name that is not known, with the nearest names that are."""

import difflib
from collections.abc import Iterable


def unknown_name(kind: str, received: object, known: Iterable[str]) -> ValueError:
    """Make the error for a name that is not among the known ones.

    Args:
        kind: What the name stands for, as a reader would say it, such as `"backbone"`.
        received: The value that was given.
        known: All accepted names.

    Returns:
        A `ValueError` that names the nearest known names, or all of them where none is near.

    Example:

    >>> str(unknown_name("backbone", "mobilnet", ["mobilenet", "vgg16"]))
    "Unknown backbone. Did you mean 'mobilenet'? Received: 'mobilnet'"
    """
    names = sorted(set(known))
    near = difflib.get_close_matches(str(received).lower(), names, n=3, cutoff=0.6)
    if near:
        hint = "Did you mean " + " or ".join(repr(name) for name in near) + "?"
    else:
        hint = "Known: " + ", ".join(names) + "."
    return ValueError(f"Unknown {kind}. {hint} Received: {received!r}")
