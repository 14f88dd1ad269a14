"""Examples without labels."""

import os
from typing import Any

from kerastl.data.split import Modality, Split


def unlabelled(inputs: Any, modality: Modality | None = None) -> Split:
    """Read examples whose labels are not known, such as those of a target domain.

    Args:
        inputs: A list of texts; a list of paths, file contents, Pillow images or arrays of
            pictures; or an array of shape `(count, height, width, channels)`.
        modality: `"image"` or `"text"`. Defaults to what the first example is; strings are
            texts unless they name files that are there.

    Returns:
        A split without labels.

    Raises:
        ValueError: If there is nothing, or something cannot be read.

    Example:

    >>> len(unlabelled(["The strap broke.", "Loud and clear."]))
    2
    """
    return Split.from_raw(inputs, modality or _modality(inputs))


def _modality(inputs: Any) -> Modality:
    if isinstance(inputs, str):
        raise ValueError(f"Give a list of examples. Received: {inputs!r}")
    first = next(iter(inputs), None)
    if isinstance(first, str) and not os.path.isfile(first):
        return "text"
    return "image"
