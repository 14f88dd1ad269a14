"""Thumbnails of a page, with boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kerastl.data.images.encoded_images import Images
from kerastl.data.images.thumbnails import SIDE, data_address, small_image

# Okabe and Ito's palette without black and yellow.
_COLOURS = ("#009E73", "#D55E00", "#0072B2", "#CC79A7", "#E69F00", "#56B4E9")

Box = tuple[tuple[float, float, float, float], str]
"""x1, y1, x2 and y2 as shares of the upright image's width and height, and what the box is."""


def thumbnail(
    images: Images, index: int, boxes: Sequence[Box] = (), names: Sequence[str] = ()
) -> str | None:
    """Return an image as a data address for the `src` of an `<img>`.

    Args:
        images: The images.
        index: Position of the image.
        boxes: Boxes to draw; those of one name have one colour. Defaults to none.
        names: The names in the order of their colours. Defaults to that of the boxes.

    Returns:
        The address; None if the image has vanished or is damaged.
    """
    image = small_image(images, index, SIDE)
    if image is None:
        return None
    _draw(image, boxes, [*names, *(name for _, name in boxes)])
    return data_address(image)


def _draw(image: Any, boxes: Sequence[Box], order: Sequence[str]) -> None:
    from PIL import ImageDraw

    draw = ImageDraw.Draw(image)
    names = list(dict.fromkeys(order))
    width, height = image.size
    for (x1, y1, x2, y2), name in boxes:
        colour = _COLOURS[names.index(name) % len(_COLOURS)]
        left, right = sorted((x1 * width, x2 * width))
        top, bottom = sorted((y1 * height, y2 * height))
        draw.rectangle((left, top, right, bottom), outline=colour, width=2)
