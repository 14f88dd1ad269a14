"""Decode images with Pillow if TensorFlow cannot decode them correctly."""

import io
from typing import Any

import numpy as np


def decode_with_pillow(encoded: bytes, name: str) -> np.ndarray:
    """Decode an image of any format that Pillow supports to upright RGB.

    Args:
        encoded: The content of an image file.
        name: The name of the image, for errors.

    Returns:
        `uint8` array of shape `(height, width, 3)`, transparency composited on white.

    Raises:
        ValueError: If Pillow cannot decode the image.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(encoded)) as image:
            return to_rgb(image, name)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"Cannot read the image {name}: {error}") from error


def to_rgb(image: Any, name: str = "in memory") -> np.ndarray:
    """Convert a Pillow image to upright RGB pixels.

    Args:
        image: A `PIL.Image.Image` of any mode.
        name: The name of the image, for errors. Defaults to `"in memory"`.

    Returns:
        `uint8` array of shape `(height, width, 3)`. Transparency is composited on white. 16-bit
        values keep their high byte.

    Raises:
        ValueError: If the pixels are floating-point numbers, because their range is unknown.
    """
    from PIL import ImageOps

    image = ImageOps.exif_transpose(image)
    if image.mode == "F":
        raise ValueError(
            "Floating-point pixels have no known range: save the image with 8 or 16 bits. "
            f"Received: {name}"
        )
    if image.mode.startswith("I"):
        high_byte = np.clip(np.asarray(image).astype(np.int64), 0, 65_535) >> 8
        return np.repeat(high_byte[..., None], 3, axis=2).astype(np.uint8)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        pixels = np.asarray(image.convert("RGBA")).astype(np.float32)
        opacity = pixels[..., 3:] / 255.0
        return np.round(255.0 - (255.0 - pixels[..., :3]) * opacity).astype(np.uint8)
    return np.asarray(image.convert("RGB"))


def encode_png(pixels: np.ndarray) -> bytes:
    """Encode RGB pixels as a PNG file.

    Args:
        pixels: `uint8` array of shape `(height, width, 3)`.

    Returns:
        The content of the file.
    """
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", compress_level=1)
    return stream.getvalue()
