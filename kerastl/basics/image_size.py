"""Check the image size that a user passes."""

from numbers import Integral
from typing import Any


def check_image_size(given: Any) -> tuple[int, int]:
    """Check an `image_size` argument.

    Args:
        given: `(height, width)` in pixels, or one whole number for both.

    Returns:
        `(height, width)`.

    Raises:
        ValueError: If these are not two whole numbers of at least 1.

    Example:

    >>> check_image_size(224)
    (224, 224)
    """
    size = (given, given) if isinstance(given, Integral) else given
    if not hasattr(size, "__iter__") or isinstance(size, str | bytes):
        size = ()
    sides = tuple(size)
    if len(sides) != 2 or not all(
        isinstance(side, Integral) and not isinstance(side, bool) and int(side) >= 1
        for side in sides
    ):
        raise ValueError(
            "`image_size` must be (height, width) in pixels, or one whole number for both. "
            f"Received: image_size={given!r}"
        )
    return int(sides[0]), int(sides[1])
