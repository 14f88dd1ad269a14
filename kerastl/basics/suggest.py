"""Suggest the nearest known names in the error for an unknown name."""

import difflib
from collections.abc import Iterable


def unknown_name(kind: str, received: object, known: Iterable[str]) -> ValueError:
    """Return the error for an unknown name, with the nearest known names.

    Args:
        kind: The kind of thing that the name is for, such as `"backbone"`.
        received: The unknown name.
        known: All known names.

    Returns:
        A `ValueError` that suggests the nearest known names, or lists all of them if none is near.

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
