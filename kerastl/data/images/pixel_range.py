"""Convert image arrays to 8-bit RGB, and check their range of values."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def to_uint8_rgb(
    image: np.ndarray, pixel_range: tuple[float, float] | None, name: str
) -> np.ndarray:
    """Convert an image array to 8-bit RGB.

    Args:
        image: Array of shape `(height, width)` or `(height, width, 1 | 2 | 3 | 4)`. A second or
            fourth channel is opacity and is composited on white.
        pixel_range: The values of black and white, or None for the range of the dtype: 0 to
            65,535 for `uint16`, otherwise 0 to 255.
        name: The name of the image, for errors.

    Returns:
        `uint8` array of shape `(height, width, 3)`.

    Raises:
        ValueError: If the array has another shape, or values outside the range.
    """
    if image.ndim == 2:
        image = image[..., None]
    if image.ndim != 3 or image.shape[-1] not in (1, 2, 3, 4) or 0 in image.shape:
        raise ValueError(
            "An image array must have shape (height, width) or (height, width, 1 to 4 channels). "
            f"Received: shape {image.shape} for {name}"
        )
    image = _to_uint8(image, pixel_range, name)
    colours = image[..., :3] if image.shape[-1] > 2 else np.repeat(image[..., :1], 3, axis=-1)
    if image.shape[-1] in (1, 3):
        return np.ascontiguousarray(colours)
    opacity = image[..., -1:].astype(np.float32) / 255.0
    return np.round(255.0 - (255.0 - colours) * opacity).astype(np.uint8)


def check_range(images: np.ndarray | Sequence[np.ndarray], given: Any) -> None:
    """Raise an error if pixels seem to be scaled already.

    All images are checked together, because one dark image may have values within 0 to 1, but a
    whole data set does not.

    Args:
        images: One array of images, or several arrays.
        given: The user's `pixel_range`, or None.

    Raises:
        ValueError: If no range is given and all values are within 0 to 1 or -1 to 1, or some are
            outside 0 to 255; or if the given range is not two increasing numbers.
    """
    if given is not None:
        if len(given) != 2 or not float(given[0]) < float(given[1]):
            raise ValueError(
                "`pixel_range` must be (black, white), with black below white. "
                f"Received: pixel_range={given!r}"
            )
        return
    arrays = [images] if isinstance(images, np.ndarray) else images
    arrays = [np.asarray(a) for a in arrays if np.size(a)]
    if not arrays or all(a.dtype in (np.uint8, np.uint16, np.bool_) for a in arrays):
        return
    low, high = min(float(a.min()) for a in arrays), max(float(a.max()) for a in arrays)
    if np.isfinite([low, high]).all() and low >= 0 and 1 < high <= 255:
        return
    guess = "(-1, 1)" if -1 <= low < 0 and high <= 1 else "(0, 1)"
    raise ValueError(
        "Pixels must be from 0 to 255, because the model itself scales them. If these images are "
        f"scaled already, pass `pixel_range={guess}` to convert them; if they are only dark, pass "
        "`pixel_range=(0, 255)`. "
        f"Received: {arrays[0].dtype} values from {low:g} to {high:g}"
    )


def _to_uint8(image: np.ndarray, pixel_range: tuple[float, float] | None, name: str) -> np.ndarray:
    if pixel_range is None and image.dtype == np.uint8:
        return image
    if pixel_range is None and image.dtype == np.uint16:
        return (image >> 8).astype(np.uint8)
    if pixel_range is None and image.dtype == np.bool_:
        return image.astype(np.uint8) * np.uint8(255)
    black, white = pixel_range or (0, 255)
    values = (image.astype(np.float32) - black) * (255.0 / (white - black))
    # Half a grey level allows for rounding by the program that made the values.
    if not (np.isfinite(values).all() and values.min() >= -0.5 and values.max() <= 255.5):
        raise ValueError(
            f"Pixels are outside the range {black:g} to {white:g}: pass their range as "
            "`pixel_range`. "
            f"Received: values from {image.min():g} to {image.max():g} in {name}"
        )
    return np.clip(np.round(values), 0, 255).astype(np.uint8)
