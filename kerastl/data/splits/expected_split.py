"""Convert raw inputs to a split, and check the modality of a split."""

import os
from typing import Any, cast

from kerastl.data.images.pixel_range import PixelRange, check_own_range
from kerastl.data.inputs.examples import list_examples
from kerastl.data.inputs.image_paths import images_at
from kerastl.data.inputs.kinds import is_tf_dataset
from kerastl.data.sources.labelled import held_out_split
from kerastl.data.sources.tf_examples import read_tf_examples
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.split import Modality, Split


def as_split(
    inputs: Any,
    modality: str,
    taker: str,
    pixel_range: PixelRange | None = None,
    trained_range: PixelRange | None = None,
) -> Split:
    """Convert raw inputs to a split; return a split unchanged.

    Args:
        inputs: A split; a data set, of which the test split or else the only split is taken; one
            raw input or a list of raw inputs, possibly empty, see `Split.from_raw`; for images
            also a folder or a pattern of paths; or a `tf.data.Dataset`, with or without labels.
        modality: The modality that the caller needs, `"image"` or `"text"`.
        taker: The name of the caller, for the error.
        pixel_range: The values of black and white in raw images, as the user gives them.
            Defaults to None: `trained_range`.
        trained_range: Those of the images that the model was trained on. Defaults to None: the
            range of the images' type.

    Returns:
        A split of this modality.

    Raises:
        ValueError: If the split has another modality, an input cannot be read, or `pixel_range` is
            given for texts or for a split.
    """
    if isinstance(inputs, Dataset | Split):
        check_own_range(pixel_range, inputs)
    split = held_out_split(inputs) if isinstance(inputs, Dataset) else inputs
    if not isinstance(split, Split):
        named = cast("Modality", modality)
        examples = _listed(inputs, modality)
        if not len(examples):
            return Split(named, [], None, ())
        known = pixel_range or trained_range
        split = Split.from_raw(examples, named, pixel_range=known, predicting=True)
    check_modality(split, modality, taker)
    return split


def _listed(inputs: Any, modality: str) -> Any:
    if is_tf_dataset(inputs):
        return read_tf_examples(inputs).inputs
    if modality == "image" and isinstance(inputs, str | os.PathLike):
        return images_at(os.fspath(inputs)) or list_examples(inputs)
    return list_examples(inputs)


def check_modality(split: Split | None, modality: str, taker: str) -> None:
    """Check that a split is not None and has the right modality.

    Args:
        split: A split such as `data.test`, which is None if the data set has no test split.
        modality: The modality that the caller needs, `"image"` or `"text"`.
        taker: The name of the caller, for the error.

    Raises:
        ValueError: If the split is None or has another modality.
    """
    if split is None:
        raise ValueError(
            "The data set has no such split. Pass `test_split=0.2` when you load it, or "
            "`validation_split=0.2` for a validation split. Received: split=None"
        )
    if split.modality != modality:
        raise ValueError(f"{taker} takes {modality} data. Received: a split of {split.modality}s")
