"""Read images or texts in memory, or from a list of paths."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerastl.data.assembly.corrections import read_corrections
from kerastl.data.assembly.examples import Examples, assemble
from kerastl.data.assembly.listed_classes import ClassNames
from kerastl.data.images.pixel_range import check_no_range
from kerastl.data.images.raw import read_images
from kerastl.data.inputs.examples import as_texts, list_examples
from kerastl.data.inputs.kinds import describe
from kerastl.data.inputs.modality import modality_of
from kerastl.data.inputs.values import list_values
from kerastl.data.splits.dataset import Dataset


def arrays(
    inputs: Any,
    labels: Sequence[Any] | np.ndarray,
    *,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    groups: Sequence[Any] | np.ndarray | None = None,
    class_names: ClassNames | None = None,
    pixel_range: tuple[float, float] | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> Dataset:
    """Make a data set from images or texts in memory, or from a list of paths.

    Args:
        inputs: Images as an array or tensor of shape `(count, height, width[, 1 | 2 | 3 | 4])`, or
            a list of arrays, Pillow images, file contents (bytes or open files) or paths; or texts
            as strings. Strings are paths if all of them end like image files. A list may also be a
            tuple, a Series, an iterator or a table with one column.
        labels: One string, integer or boolean for each input.
        validation_split: Fraction to hold out for validation. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        groups: The group of each example, such as a person. A group is never divided. Defaults to
            None.
        class_names: The classes in the order of the model's outputs: a list, or a mapping from
            positions to names. Integer and boolean labels are then positions in it, from 0, and
            strings are names. Defaults to None: the labels are the names.
        pixel_range: The values of black and white in image arrays, and in files that store
            numbers (PNG and TIFF), such as `(0, 1)`. The trained recipe remembers it. Defaults to
            `(0, 255)`, and to `(0, 65535)` for 16 bits.
        corrections: A CSV file from `Inspection.write_corrections` that a person edited. Labels are
            changed and examples left out after the split. Defaults to None.

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
    examples.corrections = read_corrections(corrections)
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
    if isinstance(inputs, str | bytes | os.PathLike):
        raise ValueError(f"`inputs` must be a list of examples. Received: {describe(inputs)}")
    examples = list_examples(inputs)
    labels = list_values(labels, "labels")
    groups = None if groups is None else list_values(groups, "groups")
    for name, values in (("labels", labels), ("groups", groups)):
        if values is not None and len(values) != len(examples):
            raise ValueError(
                f"`{name}` must have one value for each of `inputs`. "
                f"Received: {len(examples)} inputs and {len(values)} {name}"
            )
    if not len(examples):
        raise ValueError("There must be at least one example. Received: inputs=[]")
    modality = modality_of(examples)
    if modality == "text":
        check_no_range(pixel_range)
    return Examples(
        modality,
        as_texts(examples) if modality == "text" else read_images(examples, pixel_range),
        list(labels),
        groups=None if groups is None else list(groups),
    )
