"""Convert raw images and texts of any accepted form to the inputs of a split."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.data.images.encoded_images import EncodedImages, Images, PixelImages
from kerastl.data.images.inspection import inspect_images
from kerastl.data.images.pixel_range import (
    PixelRange,
    check_no_range,
    check_range,
    checked_range,
    to_uint8_rgb,
)
from kerastl.data.images.stored_values import is_deep, of_known_type, sample, stores_numbers


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
    examples = _as_list(inputs)
    if not len(examples):
        raise ValueError("There must be at least one example. Received: an empty list")
    if modality == "text":
        check_no_range(pixel_range)
    if modality == "image":
        return read_images(examples, pixel_range, predicting=predicting)
    for i, text in enumerate(examples):
        if not isinstance(text, str):
            raise ValueError(f"Every text must be a string. Received: {text!r} for example {i}")
    return examples


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
            images, lambda i: _name(images[i], i), "raise", pixel_range, predicting=predicting
        )
        return EncodedImages(images, found.headers, np.arange(len(images)))
    if form == "Pillow images":
        from kerastl.data.images.pillow_decoding import to_rgb

        # All deep images, and a few others, because a list of photos may be long.
        looked_at = [image for image in images if is_deep(image)]
        looked_at += sample([i for i in images if stores_numbers(i) and not is_deep(i)])
        values = [of_known_type(np.asarray(image)) for image in looked_at]
        check_range(values, pixel_range, predicting=predicting)
        rgb = [to_rgb(image, _name(image, i), pixel_range) for i, image in enumerate(images)]
        return PixelImages(rgb, np.arange(len(rgb)), pixel_range)
    if not isinstance(images, np.ndarray):
        check_range(images, pixel_range, predicting=predicting)
    rgb = [
        to_uint8_rgb(a, pixel_range, f"image {i}", predicting=predicting)
        for i, a in enumerate(images)
    ]
    return PixelImages(rgb, np.arange(len(rgb)), pixel_range)


def _as_list(inputs: Any) -> Any:
    if isinstance(inputs, str | Path | bytes) or hasattr(inputs, "getpixel"):
        return [inputs]
    if isinstance(inputs, np.ndarray) and inputs.dtype.kind not in "OUS":
        grey_stack = inputs.ndim == 3 and inputs.shape[-1] > 4
        return inputs if inputs.ndim == 4 or grey_stack else inputs[None]
    return list(inputs)


def _form(image: Any, index: int) -> str:
    if isinstance(image, str | Path):
        return "paths"
    if isinstance(image, bytes):
        return "bytes"
    if isinstance(image, np.ndarray):
        return "arrays"
    if hasattr(image, "getpixel"):
        return "Pillow images"
    raise ValueError(
        "An image must be a path, the bytes of a file, a Pillow image or an array. "
        f"Received: {type(image).__name__} for example {index}"
    )


def _name(image: Any, index: int) -> str:
    return image if isinstance(image, str) else f"image {index}"
