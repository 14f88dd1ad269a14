"""Small images inside a page."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerastl.data.images.encoded_images import Images, PixelImages
from kerastl.data.images.opening import open_image
from kerastl.data.images.pillow_decoding import to_rgb

SIDE = 168
"""Longer side of a thumbnail in pixels."""
_QUALITY = 72
# Okabe and Ito's palette without black and yellow.
_COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")

Box = tuple[tuple[float, float, float, float], str]
"""x1, y1, x2 and y2 in pixels of the upright image, and the label of a box."""


def thumbnail(
    images: Images, index: int, boxes: Sequence[Box] = (), side: int = SIDE
) -> str | None:
    """Return an image as a data address for the `src` of an `<img>`.

    Args:
        images: The images.
        index: Position of the image.
        boxes: Boxes to draw. Defaults to none.
        side: Longer side in pixels. Defaults to 168.

    Returns:
        The address of a JPEG of about 5 kB; None if the image has vanished or is damaged.
    """
    from PIL import Image

    try:
        if isinstance(images, PixelImages):
            opened: Any = Image.fromarray(np.ascontiguousarray(images[index]))
        else:
            content = getattr(images, "content", images.encoded)(index)
            opened = open_image(io.BytesIO(content))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            if not boxes and hasattr(opened, "draft"):
                opened.draft("RGB", (2 * side, 2 * side))
            upright = Image.fromarray(to_rgb(opened, images.name(index)))
    # Pillow's decoders raise errors of many kinds for damaged files.
    except Exception:
        return None
    scale = side / max(upright.size)
    if scale < 1:
        size = tuple(max(1, round(each * scale)) for each in upright.size)
        upright = upright.resize(size, Image.Resampling.LANCZOS)  # type: ignore[arg-type]
    _draw(upright, boxes, min(scale, 1.0))
    written = io.BytesIO()
    upright.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(written.getvalue()).decode("ascii")


def _draw(image: Any, boxes: Sequence[Box], scale: float) -> None:
    from PIL import ImageDraw

    draw = ImageDraw.Draw(image)
    labels = sorted({label for _, label in boxes})
    for corners, label in boxes:
        colour = _COLOURS[labels.index(label) % len(_COLOURS)]
        x1, y1, x2, y2 = (each * scale for each in corners)
        draw.rectangle(
            (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)), outline=colour, width=2
        )
