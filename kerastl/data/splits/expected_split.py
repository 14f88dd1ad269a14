"""Inputs as a split of the kind that a model takes."""

from typing import Any, cast

from kerastl.data.splits.split import Modality, Split


def as_split(inputs: Any, modality: str, taker: str) -> Split:
    """Return raw inputs, or a split, as a split.

    Args:
        inputs: One raw input or a list of them, possibly empty; see `Split.from_raw`. Or a split.
        modality: What the taker takes.
        taker: Its name, for the error.

    Raises:
        ValueError: If the split is of another modality, or an input cannot be read.
    """
    if not isinstance(inputs, Split):
        if isinstance(inputs, list | tuple) and not inputs:
            return Split(cast("Modality", modality), [], None, ())
        inputs = Split.from_raw(inputs, cast("Modality", modality))
    check_modality(inputs, modality, taker)
    return inputs


def check_modality(split: Split | None, modality: str, taker: str) -> None:
    """Refuse a split that is not there, or of another modality, with a `ValueError`.

    Args:
        split: Such as `data.test`, which is None where none was read.
        modality: What the taker takes.
        taker: Its name, for the error.
    """
    if split is None:
        raise ValueError(
            "There is no such split: read the data with test_split=0.2. Received: split=None"
        )
    if split.modality != modality:
        raise ValueError(f"{taker} takes {modality} data. Received: a split of {split.modality}s")
