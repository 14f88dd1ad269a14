"""Decode images with Pillow if TensorFlow cannot decode them correctly."""

import io
from typing import Any

import numpy as np

from kerastl.data.images.opening import open_image
from kerastl.data.images.pixel_range import PixelRange, to_uint8_rgb
from kerastl.data.images.stored_values import (
    is_deep,
    is_deep_png,
    of_known_type,
    stored_values,
    stores_numbers,
)


def decode_with_pillow(
    encoded: bytes, name: str, pixel_range: PixelRange | None = None
) -> np.ndarray:
    """Decode an image of one of `FORMATS` to upright RGB.

    Args:
        encoded: The content of an image file.
        name: The name of the image, for errors.
        pixel_range: As for `to_rgb`. Defaults to None.

    Returns:
        `uint8` array of shape `(height, width, 3)`, transparency composited on white.

    Raises:
        ValueError: If Pillow cannot decode the image.
    """
    from PIL import Image

    try:
        with open_image(io.BytesIO(encoded)) as image:
            if pixel_range is not None and is_deep_png(encoded) and image.mode != "I;16":
                # The module loads TensorFlow, which other images do not need.
                from kerastl.data.images.exif import turn_upright

                values = stored_values(image, encoded)
                upright = turn_upright(values, image.getexif().get(0x0112, 1)).numpy()
                return to_uint8_rgb(upright, pixel_range, name)
            return to_rgb(image, name, pixel_range)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"Cannot read the image {name}: {error}") from error


def to_rgb(
    image: Any, name: str = "in memory", pixel_range: PixelRange | None = None
) -> np.ndarray:
    """Convert a Pillow image to upright RGB pixels.

    Args:
        image: A `PIL.Image.Image` of any mode.
        name: The name of the image, for errors. Defaults to `"in memory"`.
        pixel_range: The values of black and white in images that store numbers, unlike JPEGs and
            palettes. An image of 8 bits with a value outside the range is read as 0 to 255.
            Defaults to None: 0 to 65,535 for 16 bits, otherwise 0 to 255.

    Returns:
        `uint8` array of shape `(height, width, 3)`. Transparency is composited on white. 16-bit
        values keep their high byte.

    Raises:
        ValueError: If a value is outside the range.
    """
    from PIL import ImageOps

    # A turned copy has no format.
    has_numbers = stores_numbers(image)
    if image.getexif().get(0x0112, 1) != 1:
        image = ImageOps.exif_transpose(image)
    if pixel_range is not None and has_numbers:
        return to_uint8_rgb(np.asarray(image), pixel_range, name, predicting=True)
    if is_deep(image):
        return to_uint8_rgb(of_known_type(np.asarray(image)), None, name)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        pixels = np.asarray(image.convert("RGBA")).astype(np.float32)
        opacity = pixels[..., 3:] / 255.0
        return np.round(255.0 - (255.0 - pixels[..., :3]) * opacity).astype(np.uint8)
    # Converting an image to its own mode copies it.
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def encode_lossless(pixels: np.ndarray, pixel_range: PixelRange | None = None) -> bytes:
    """Encode RGB pixels as a PNG or BMP file.

    Args:
        pixels: `uint8` array of shape `(height, width, 3)`.
        pixel_range: The range of the model that reads the file. Values of a PNG would be read by
            it, so the format is BMP, which always has 0 to 255. Defaults to None: PNG.

    Returns:
        The content of the file.
    """
    from PIL import Image

    stream = io.BytesIO()
    if pixel_range is None:
        Image.fromarray(pixels).save(stream, "PNG", compress_level=1)
    else:
        Image.fromarray(pixels).save(stream, "BMP")
    return stream.getvalue()
