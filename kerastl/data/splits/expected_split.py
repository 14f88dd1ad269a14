"""Convert raw inputs to a split, and check the modality of a split."""

from typing import Any, cast

from kerastl.data.splits.split import Modality, Split


def as_split(inputs: Any, modality: str, taker: str) -> Split:
    """Convert raw inputs to a split; return a split unchanged.

    Args:
        inputs: A split, one raw input, or a list of raw inputs, possibly empty; see
            `Split.from_raw`.
        modality: The modality that the caller needs, `"image"` or `"text"`.
        taker: The name of the caller, for the error.

    Returns:
        A split of this modality.

    Raises:
        ValueError: If the split has another modality, or an input cannot be read.
    """
    if not isinstance(inputs, Split):
        if isinstance(inputs, list | tuple) and not inputs:
            return Split(cast("Modality", modality), [], None, ())
        inputs = Split.from_raw(inputs, cast("Modality", modality))
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
