"""Convert raw images and texts of any accepted form to the inputs of a split."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.data.images.encoded_images import EncodedImages, Images, PixelImages
from kerastl.data.images.inspection import inspect_images
from kerastl.data.images.opening import check_opened
from kerastl.data.images.pixel_range import (
    PixelRange,
    check_no_range,
    check_range,
    checked_range,
    to_uint8_rgb,
)
from kerastl.data.images.stored_values import is_deep, of_known_type, sample, stores_numbers
from kerastl.data.inputs.examples import as_texts, list_examples
from kerastl.data.inputs.kinds import describe


def read_raw(
    inputs: Any,
    modality: str,
    pixel_range: PixelRange | None = None,
    *,
    predicting: bool = False,
) -> Sequence[str] | Images:
    """Convert one raw example or a list of examples to the inputs of a split.

    Args:
        inputs: As for `Split.from_raw`.
        modality: `"image"` or `"text"`.
        pixel_range: As for `read_images`. Defaults to None.
        predicting: As for `read_images`. Defaults to False.

    Returns:
        Texts or images.

    Raises:
        ValueError: If there are no examples, or an example cannot be read.
    """
    examples = list_examples(inputs)
    if not len(examples):
        raise ValueError("There must be at least one example. Received: an empty list")
    if modality == "text":
        check_no_range(pixel_range)
    if modality == "image":
        if isinstance(examples, np.ndarray):
            examples = _as_batch(examples)
        return read_images(examples, pixel_range, predicting=predicting)
    return as_texts(examples)


def read_images(
    images: Any, pixel_range: PixelRange | None = None, *, predicting: bool = False
) -> Images:
    """Convert paths, file contents, Pillow images or arrays to `Images`.

    Args:
        images: Images, all of the same form.
        pixel_range: The values of black and white in arrays, and in files that store numbers,
            such as PNG and TIFF. Defaults to None: the range of their type.
        predicting: Whether these may be a few dark images, and `pixel_range` may be that of a
            model: images of 8 bits with a value outside it are read as 0 to 255. Defaults to
            False: a data set, whose range is noticed.

    Returns:
        The images, in order.

    Raises:
        ValueError: If an image cannot be read, or the images have different forms.
    """
    pixel_range = checked_range(pixel_range)
    if isinstance(images, np.ndarray):
        check_range(images, pixel_range, predicting=predicting)
        is_rgb = images.dtype == np.uint8 and images.shape[-1] == 3 and images.ndim == 4
        if is_rgb and pixel_range is None:
            return PixelImages(images, np.arange(len(images)))
    forms = {_form(image, i) for i, image in enumerate(images)}
    if len(forms) > 1:
        raise ValueError(f"Images must all have one form. Received: {' and '.join(sorted(forms))}")
    form = forms.pop()
    if form == "paths":
        images = [str(path) for path in images]
    if form in ("paths", "bytes"):
        found = inspect_images(
            images, lambda i: _name(images[i], i), None, pixel_range, predicting=predicting
        )
        return EncodedImages(images, found.headers, np.arange(len(images)))
    if form == "Pillow images":
        from kerastl.data.images.pillow_decoding import to_rgb

        for i, image in enumerate(images):
            check_opened(image, _name(image, i))
        # All deep images, and a few others, because a list of photos may be long.
        looked_at = [image for image in images if is_deep(image)]
        looked_at += sample([i for i in images if stores_numbers(i) and not is_deep(i)])
        values = [of_known_type(np.asarray(image)) for image in looked_at]
        check_range(values, pixel_range, predicting=predicting)
        rgb = [to_rgb(image, _name(image, i), pixel_range) for i, image in enumerate(images)]
        return PixelImages(rgb, np.arange(len(rgb)), pixel_range)
    if not isinstance(images, np.ndarray):
        check_range(images, pixel_range, predicting=predicting)
    for i, array in enumerate(images):
        _check_channels_last(array, i)
    rgb = [
        to_uint8_rgb(a, pixel_range, f"image {i}", predicting=predicting)
        for i, a in enumerate(images)
    ]
    return PixelImages(rgb, np.arange(len(rgb)), pixel_range)


def _as_batch(array: np.ndarray) -> np.ndarray:
    """Return an array of one image or of several images as several."""
    grey_stack = array.ndim == 3 and array.shape[-1] > 4
    if grey_stack and array.shape[0] in (3, 4):
        raise ValueError(
            "The array can be one image with its channels first, or grey images. Pass "
            "`np.moveaxis(array, 0, -1)` for the one image, or `array[..., None]` for grey images. "
            f"Received: {describe(array)}"
        )
    return array if array.ndim == 4 or grey_stack else array[None]


def _check_channels_last(array: np.ndarray, index: int) -> None:
    if array.ndim == 3 and array.shape[0] <= 4 < min(array.shape[1:]):
        raise ValueError(
            "The channels of an image must be the last axis: pass `np.moveaxis(image, 0, -1)`. "
            f"Received: {describe(array)} for image {index}"
        )


def _form(image: Any, index: int) -> str:
    if isinstance(image, str | Path):
        return "paths"
    if isinstance(image, bytes):
        return "bytes"
    if isinstance(image, np.ndarray) and image.dtype.kind in "biuf":
        return "arrays"
    if hasattr(image, "getpixel"):
        return "Pillow images"
    raise ValueError(
        "An image must be a path, the bytes of a file, a Pillow image or an array. "
        f"Received: {describe(image)} for example {index}"
    )


def _name(image: Any, index: int) -> str:
    return image if isinstance(image, str) else f"image {index}"
