"""Concatenate splits."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerastl.data.images.encoded_images import EncodedImages, Images, PixelImages
from kerastl.data.splits.split import Split


def join(splits: Sequence[Split]) -> Split:
    """Concatenate splits without decoding or copying their inputs.

    Args:
        splits: At least one split, all of one modality. Images must all be in files, all in
            records or all decoded.

    Returns:
        One unlabelled split with all inputs, in order.

    Raises:
        ValueError: If the splits differ in modality or in how they hold images.

    Example:

    >>> texts = [Split.from_raw(["good"], "text"), Split.from_raw(["bad", "odd"], "text")]
    >>> list(join(texts).inputs)
    ['good', 'bad', 'odd']
    """
    modalities = sorted({split.modality for split in splits})
    if len(modalities) != 1:
        raise ValueError(
            "All splits must have the same modality, images or texts. "
            f"Received: splits of {' and '.join(f'{each}s' for each in modalities)}"
        )
    inputs = [split.inputs for split in splits]
    joined = _join_images(inputs) if splits[0].modality == "image" else _join_texts(inputs)
    return Split(splits[0].modality, joined, None, ())


def _join_texts(parts: Sequence[Any]) -> list[str]:
    return [text for part in parts for text in part]


def _join_images(parts: Sequence[Any]) -> Images:
    forms = sorted({_form(part) for part in parts})
    if len(forms) > 1:
        raise ValueError(
            "Splits of images must all hold their images in the same way: read all of them from "
            f"folders, or pass all of them as arrays. Received: images {' and '.join(forms)}"
        )
    if forms == ["as pixels"]:
        pixels = [part[index] for part in parts for index in range(len(part))]
        ranges = [part.pixel_range for part in parts if part.pixel_range is not None]
        return PixelImages(pixels, np.arange(len(pixels)), ranges[0] if ranges else None)
    sources = [part[index] for part in parts for index in range(len(part))]
    headers = np.concatenate([part.headers for part in parts])
    return EncodedImages(sources, headers, np.arange(len(sources)))


def _form(images: Any) -> str:
    if isinstance(images, EncodedImages):
        return "in files" if images.in_files else "in records"
    return "as pixels"
