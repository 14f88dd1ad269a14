"""Convert raw images and texts of any accepted form to the inputs of a split."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.data.images.encoded_images import EncodedImages, Images, PixelImages
from kerastl.data.images.inspection import inspect_images
from kerastl.data.images.pixel_range import check_range, to_uint8_rgb


def read_raw(
    inputs: Any, modality: str, pixel_range: tuple[float, float] | None = None
) -> Sequence[str] | Images:
    """Convert one raw example or a list of examples to the inputs of a split.

    Args:
        inputs: As for `Split.from_raw`.
        modality: `"image"` or `"text"`.
        pixel_range: The values of black and white in arrays. Defaults to None: the range of the
            dtype.

    Returns:
        Texts or images.

    Raises:
        ValueError: If there are no examples, or an example cannot be read.
    """
    examples = _as_list(inputs)
    if not len(examples):
        raise ValueError("There must be at least one example. Received: an empty list")
    if modality == "image":
        return read_images(examples, pixel_range)
    for i, text in enumerate(examples):
        if not isinstance(text, str):
            raise ValueError(f"Every text must be a string. Received: {text!r} for example {i}")
    return examples


def read_images(images: Any, pixel_range: tuple[float, float] | None = None) -> Images:
    """Convert paths, file contents, Pillow images or arrays to `Images`.

    Args:
        images: Images, all of the same form.
        pixel_range: The values of black and white in arrays. Defaults to None: the range of the
            dtype.

    Returns:
        The images, in order.

    Raises:
        ValueError: If an image cannot be read, or the images have different forms.
    """
    if isinstance(images, np.ndarray):
        check_range(images, pixel_range)
        if images.dtype == np.uint8 and images.shape[-1] == 3 and images.ndim == 4:
            return PixelImages(images, np.arange(len(images)))
    forms = {_form(image, i) for i, image in enumerate(images)}
    if len(forms) > 1:
        raise ValueError(f"Images must all have one form. Received: {' and '.join(sorted(forms))}")
    form = forms.pop()
    if form == "paths":
        images = [str(path) for path in images]
    if form in ("paths", "bytes"):
        found = inspect_images(images, lambda i: _name(images[i], i))
        return EncodedImages(images, found.headers, np.arange(len(images)))
    if form == "Pillow images":
        from kerastl.data.images.pillow_decoding import to_rgb

        return PixelImages([to_rgb(image) for image in images], np.arange(len(images)))
    if not isinstance(images, np.ndarray):
        check_range(images, pixel_range)
    rgb = [to_uint8_rgb(a, pixel_range, f"image {i}") for i, a in enumerate(images)]
    return PixelImages(rgb, np.arange(len(rgb)))


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
