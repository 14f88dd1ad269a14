"""Read images or texts in memory, or from a list of paths."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.data.assembly.examples import Examples, assemble
from kerastl.data.images.inspection import IMAGE_SUFFIXES
from kerastl.data.images.pixel_range import check_no_range
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
        inputs: Images as an array of shape `(count, height, width[, 1 | 2 | 3 | 4])`, or a list of
            arrays, Pillow images, file contents (bytes) or paths; or texts as strings. Strings
            are paths if all of them end like image files.
        labels: One string, integer or boolean for each input.
        validation_split: Fraction to hold out for validation. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        groups: The group of each example, such as a person. A group is never divided. Defaults to
            None.
        class_names: The names of the integer labels, from 0. Defaults to None: the labels are the
            names.
        pixel_range: The values of black and white in image arrays, and in files that store
            numbers (PNG and TIFF), such as `(0, 1)`. The trained recipe remembers it. Defaults to
            `(0, 255)`, and to `(0, 65535)` for 16 bits.

    Returns:
        The data set.

    Raises:
        ValueError: If there is not one label for each input, pixels seem to have another range
            than their type, or labels are unusable.

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
    """Convert images or texts in memory to examples with unchecked labels.

    Args:
        inputs: As for `arrays`.
        labels: One value of any kind for each input.
        groups: As for `arrays`.
        pixel_range: As for `arrays`.

    Returns:
        The examples.

    Raises:
        ValueError: If there is not one label and one group for each input, or an input cannot be
            read.
    """
    if isinstance(inputs, str | bytes | Path):
        raise ValueError(f"`inputs` must be a list of examples. Received: {inputs!r}")
    is_array = isinstance(inputs, np.ndarray) and inputs.dtype.kind not in "OUS"
    inputs = inputs if is_array else [str(x) if isinstance(x, np.str_) else x for x in inputs]
    for name, values in (("labels", labels), ("groups", groups)):
        if values is not None and len(values) != len(inputs):
            raise ValueError(
                f"`{name}` must have one value for each of `inputs`. "
                f"Received: {len(inputs)} inputs and {len(values)} {name}"
            )
    if not len(inputs):
        raise ValueError("There must be at least one example. Received: inputs=[]")
    is_text = not is_array and _are_texts(inputs)
    if is_text:
        check_no_range(pixel_range)
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
        isinstance(x, str | Path) and Path(x).suffix.lower() in IMAGE_SUFFIXES for x in inputs
    )
