"""Read the values of images as their files store them, and check their range."""

import io
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kerastl.data.images.opening import open_image
from kerastl.data.images.pixel_range import PixelRange, check_range, fits_eight_bits

_SAMPLED = 8  # images
# A value above this shows that the images use the range of their type.
_BRIGHT = {8: 31, 16: 16_383}


def bits_of(image: Any, head: bytes) -> int:
    """Return how many bits a channel's numbers have, without decoding the image.

    Args:
        image: An opened Pillow image.
        head: The first bytes of its file, at least 26.

    Returns:
        8, 16 (for more than 8), or 0 if the file stores no numbers, such as a JPEG.
    """
    if is_deep(image) or is_deep_png(head):
        return 16
    return 8 if stores_numbers(image) else 0


def is_deep(image: Any) -> bool:
    """Return whether a Pillow image has more than 8 bits a channel."""
    return image.mode.startswith("I") or image.mode == "F"


def stores_numbers(image: Any) -> bool:
    """Return whether the values of a Pillow image are numbers that may have a range of their own.

    JPEG, GIF, WebP and BMP are photos or drawings with values from 0 to 255, and a palette has
    colours.
    """
    if is_deep(image):
        return True
    has_key = "transparency" in image.info
    plain = image.mode in ("L", "LA", "RGB", "RGBA") and not has_key
    return plain and image.format in (None, "PNG", "TIFF")


def is_deep_png(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of a PNG with 16 bits a channel."""
    # The bit depth follows the signature, the head of the first chunk, width and height.
    return head[:8] == b"\x89PNG\r\n\x1a\n" and head[24:25] == b"\x10"


def stored_values(image: Any, encoded: bytes) -> np.ndarray:
    """Read the values of an image, not turned upright.

    Args:
        image: An opened Pillow image that stores numbers.
        encoded: The content of its file.

    Returns:
        Array of shape `(height, width)` or `(height, width, channels)`, of the type that the file
        has.

    Raises:
        ValueError: If the file is damaged.
    """
    if is_deep_png(encoded) and not image.mode.startswith("I"):
        import tensorflow as tf

        # Pillow keeps only the high byte of colours.
        try:
            values: np.ndarray = tf.io.decode_png(encoded, dtype=tf.uint16).numpy()
        except tf.errors.InvalidArgumentError as error:
            raise ValueError(error.message) from error
        return values
    return np.asarray(image)


def check_stored_values(
    content: Callable[[int], bytes],
    names: Callable[[int], str],
    bits: Sequence[int] | np.ndarray,
    pixel_range: PixelRange | None,
    predicting: bool,
) -> None:
    """Raise an error if a few of the images have values that do not suit their range.

    Args:
        content: A function from an image's position to the content of its file.
        names: A function from an image's position to its name.
        bits: The result of `bits_of` for each image.
        pixel_range: The user's or the model's range, or None.
        predicting: As for `check_range`.

    Raises:
        ValueError: If no range is given and the values are far below that of their type; or if
            values are outside the given range.
    """
    for depth in (16, 8):
        if depth == 8 and predicting:
            continue
        held = []
        for index in sample(np.flatnonzero(np.asarray(bits) == depth).tolist()):
            values = _readable(content(index))
            if values is None:
                continue
            if pixel_range is not None:
                _check_inside(values, pixel_range, names(index))
            elif values.dtype.kind != "f" and _BRIGHT[depth] < values.max() <= 65_535:
                break
            held.append(values)
        else:
            if pixel_range is None:
                check_range(list(map(of_known_type, held)), None, predicting=predicting)


def sample(items: Sequence[Any]) -> list[Any]:
    """Return a few items, evenly spaced."""
    count = min(_SAMPLED, len(items))
    return [items[int(i)] for i in np.linspace(0, len(items) - 1, count)]


def _readable(encoded: bytes) -> np.ndarray | None:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with open_image(io.BytesIO(encoded)) as image:
                values = stored_values(image, encoded)
    # A damaged image is found and named later.
    except (OSError, SyntaxError, ValueError):
        return None
    return values[..., :-1] if values.ndim == 3 and values.shape[-1] in (2, 4) else values


def of_known_type(values: np.ndarray) -> np.ndarray:
    """Convert int32 values of 16 bits, as Pillow reads some files, to uint16."""
    fits = values.dtype.kind == "i" and values.min() >= 0 and values.max() <= 65_535
    return values.astype(np.uint16) if fits else values


def _check_inside(values: np.ndarray, pixel_range: PixelRange, name: str) -> None:
    black, white = pixel_range
    if values.dtype == np.uint8 and (white > 255 or black < 0):
        return
    low, high = float(values.min()), float(values.max())
    if values.dtype == np.uint8:
        inside = fits_eight_bits(values, pixel_range)
    else:
        half_a_level = (white - black) / 510
        inside = black - half_a_level <= low and high <= white + half_a_level
    if not inside:
        raise ValueError(
            f"Pixels are outside the range {black:g} to {white:g}: pass their range as "
            f"`pixel_range`. Received: {values.dtype} values from {low:g} to {high:g} in {name}"
        )
