"""Convert raw inputs to a split, and check the modality of a split."""

from typing import Any, cast

from kerastl.data.images.pixel_range import PixelRange
from kerastl.data.images.raw import read_raw
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
        inputs: A split, one raw input, or a list of raw inputs, possibly empty; see
            `Split.from_raw`.
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
    if isinstance(inputs, Split) and pixel_range is not None:
        raise ValueError(
            "A split has its range already: pass `pixel_range` where it is read. "
            f"Received: pixel_range={pixel_range!r} with {inputs!r}"
        )
    if not isinstance(inputs, Split):
        named = cast("Modality", modality)
        if isinstance(inputs, list | tuple) and not inputs:
            return Split(named, [], None, ())
        read = read_raw(inputs, modality, pixel_range or trained_range, predicting=True)
        inputs = Split(named, read, None, ())
    check_modality(inputs, modality, taker)
    return inputs


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
