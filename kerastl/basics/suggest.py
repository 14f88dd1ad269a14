"""Suggest the nearest known names in the error for an unknown name."""

import difflib
import reprlib
from collections.abc import Iterable

_MOST_LISTED = 60


class UnknownOptionError(TypeError, ValueError):
    """An option that a class or a function does not have.

    Python raises a `TypeError` for an unknown keyword; kerastl raises a `ValueError` for options.
    """


def nearest(received: object, known: Iterable[str], cutoff: float = 0.6) -> list[str]:
    """Return the known names that are most like a received one, the most similar first.

    Args:
        received: The value that was given.
        known: All accepted names.
        cutoff: Least similarity, from 0 to 1; see `difflib.get_close_matches`. Defaults to 0.6.

    Returns:
        At most three names.

    Example:

    >>> nearest("mobilnet", ["mobilenet", "vgg16"])
    ['mobilenet']
    """
    return difflib.get_close_matches(str(received).lower(), sorted(set(known)), 3, cutoff)


def unknown_name(kind: str, received: object, known: Iterable[str]) -> ValueError:
    """Return the error for an unknown name, with the nearest known names.

    Args:
        kind: The kind of thing that the name is for, such as `"backbone"`.
        received: The unknown name.
        known: All known names.

    Returns:
        A `ValueError` that suggests the nearest known names, or lists up to 60 if none is near.

    Example:

    >>> str(unknown_name("backbone", "mobilnet", ["mobilenet", "vgg16"]))
    "Unknown backbone. Did you mean 'mobilenet'? Received: 'mobilnet'"
    """
    return ValueError(f"Unknown {kind}. {_hint(received, known)} Received: {received!r}")


def unknown_option(
    owner: str, name: str, value: object, known: Iterable[str], advice: str | None = None
) -> UnknownOptionError:
    """Make the error for an option that a class or a function does not have.

    Args:
        owner: Name of the class or the function.
        name: The option that was given.
        value: Its value.
        known: Names of all its options.
        advice: What to do instead of using one of these. Defaults to None.

    Returns:
        An error that names the nearest options, or all of them where none is near.

    Example:

    >>> str(unknown_option("ObjectDetection", "widht", 96, ["width", "image_size"]))
    "ObjectDetection has no option 'widht'. Did you mean 'width'? Received: widht=96"
    """
    return UnknownOptionError(
        f"{owner} has no option {name!r}. {advice or _hint(name, known)} "
        f"Received: {name}={reprlib.repr(value)}"
    )


def _hint(received: object, known: Iterable[str]) -> str:
    names = sorted(set(known))
    near = nearest(received, names)
    if near:
        return "Did you mean " + " or ".join(repr(name) for name in near) + "?"
    more = len(names) - _MOST_LISTED
    rest = f" and {more} more" if more > 0 else ""
    return "Known: " + ", ".join(names[:_MOST_LISTED]) + f"{rest}."
