"""Small images for pages and plots."""

from __future__ import annotations

import base64
import io
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.data.images.encoded_images import EncodedImages, Images
from kerastl.data.images.opening import open_image
from kerastl.data.images.pillow_decoding import to_rgb

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 168
"""Longer side of a thumbnail in pixels."""
_QUALITY = 72


def small_image(images: Images, index: int, side: int = SIDE) -> Image | None:
    """Decode an image and make it smaller.

    Args:
        images: The images.
        index: Position of the image.
        side: Longer side in pixels; a smaller image keeps its size. Defaults to 168.

    Returns:
        An upright RGB Pillow image; None if the image has vanished or is damaged.
    """
    from PIL import Image

    try:
        opened: Any
        if isinstance(images, EncodedImages):
            opened = open_image(io.BytesIO(images.content(index)))
        else:
            opened = Image.fromarray(np.ascontiguousarray(images[index]))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            if hasattr(opened, "draft"):
                # A JPEG is decoded at a fraction of its size.
                opened.draft("RGB", (2 * side, 2 * side))
            upright = Image.fromarray(to_rgb(opened, images.name(index)))
    # Pillow's decoders raise errors of many kinds for damaged files.
    except Exception:
        return None
    upright.thumbnail((side, side))
    return upright


def data_address(image: Image) -> str:
    """Return an image as a data address for the `src` of an `<img>`, a JPEG of about 5 kB."""
    written = io.BytesIO()
    image.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(written.getvalue()).decode("ascii")


def thumbnail_address(images: Images, index: int, side: int = SIDE) -> str | None:
    """Return a small image as a data address; None if it has vanished or is damaged."""
    image = small_image(images, index, side)
    return None if image is None else data_address(image)
