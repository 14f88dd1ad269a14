"""Examples that a program already holds."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.data.assembly.examples import Examples, assemble
from kerastl.data.images.inspection import PICTURE_ENDINGS
from kerastl.data.images.raw import read_images
from kerastl.data.splits.dataset import Dataset


def arrays(
    inputs: Any,
    labels: Sequence[Any] | np.ndarray,
    *,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    groups: Sequence[Any] | np.ndarray | None = None,
    class_names: Sequence[str] | None = None,
    pixel_range: tuple[float, float] | None = None,
) -> Dataset:
    """Make a data set from images or texts in memory, or from a list of paths.

    Args:
        inputs: Images as an array of shape `(count, height, width[, 1 | 3 | 4])`, or a list of
            arrays, Pillow images, file contents (bytes) or paths; or texts as strings. Strings
            that all end like images are paths.
        labels: One string, integer or truth value each.
        validation_split: The share to hold out for validation. Defaults to 0.
        test_split: The share to hold out for testing. Defaults to 0.
        seed: Chooses the split. Defaults to 0.
        groups: What each example belongs to and must not be divided. Defaults to none.
        class_names: Names for the integers in `labels`, from 0. Defaults to the labels
            themselves.
        pixel_range: The values of black and white in image arrays, such as `(0, 1)`. Defaults to
            `(0, 255)`; `uint16` is 0 to 65,535.

    Returns:
        The data set.

    Raises:
        ValueError: If inputs and labels do not match, images look as if they were scaled already,
            or labels cannot be used.

    Example:
    >>> texts = ["good", "fine", "bad", "poor"]
    >>> data = arrays(texts, ["yes", "yes", "no", "no"], validation_split=0.5)
    >>> data.class_names, len(data.train), len(data.validation)
    (('no', 'yes'), 2, 2)
    """
    examples = read_arrays(inputs, labels, groups, pixel_range)
    examples.class_names = class_names
    return assemble(examples, validation_split, test_split, seed)


def read_arrays(
    inputs: Any,
    labels: Sequence[Any] | np.ndarray,
    groups: Sequence[Any] | np.ndarray | None,
    pixel_range: tuple[float, float] | None,
) -> Examples:
    """Read images or texts in memory; see `arrays`.

    Returns:
        The examples, with one of `labels` each, whatever these are.
    """
    if isinstance(inputs, str | bytes | Path):
        raise ValueError(f"Give a list of examples. Received: {inputs!r}")
    is_array = isinstance(inputs, np.ndarray) and inputs.dtype.kind not in "OUS"
    inputs = inputs if is_array else [str(x) if isinstance(x, np.str_) else x for x in inputs]
    for name, values in (("labels", labels), ("groups", groups)):
        if values is not None and len(values) != len(inputs):
            raise ValueError(
                f"inputs and {name} must be equally many. "
                f"Received: {len(inputs)} inputs and {len(values)} {name}"
            )
    if not len(inputs):
        raise ValueError("There are no examples. Received: inputs=[]")
    is_text = not is_array and _are_texts(inputs)
    if is_text and pixel_range is not None:
        raise ValueError(f"Texts have no pixel_range. Received: pixel_range={pixel_range!r}")
    return Examples(
        "text" if is_text else "image",
        inputs if is_text else read_images(inputs, pixel_range),
        list(labels),
        groups=None if groups is None else list(groups),
    )


def _are_texts(inputs: list[Any]) -> bool:
    if not any(isinstance(x, str) for x in inputs):
        return False
    return not all(
        isinstance(x, str | Path) and Path(x).suffix.lower() in PICTURE_ENDINGS for x in inputs
    )
