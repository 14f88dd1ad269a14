"""Draw the boxes of a detector on an image."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kerastl.basics.files.regular_file import read_regular
from kerastl.data.images.opening import check_opened, open_image
from kerastl.tasks.object_detection.prediction import Detection

if TYPE_CHECKING:
    from PIL.Image import Image

# Okabe and Ito's palette, readable with colour blindness, without black and yellow.
_COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


def draw_boxes(
    image: str | os.PathLike[str] | Image,
    detections: Sequence[Detection],
    *,
    least_score: float = 0.3,
) -> Image:
    """Draw boxes with labels and scores on an image.

    Args:
        image: A path or a Pillow image; it stays as it is.
        detections: One answer of `ObjectDetection.predict`.
        least_score: Boxes with a lower score are not drawn. Defaults to 0.3.

    Returns:
        A new RGB image of the upright image.

    Example:

    ```python
    draw_boxes("photo.jpg", recipe.predict("photo.jpg")[0]).save("found.png")
    ```
    """
    from PIL import Image, ImageDraw, ImageFont, ImageOps

    opened = image
    if not isinstance(opened, Image.Image):
        opened = open_image(io.BytesIO(read_regular(opened)))
    check_opened(opened, "the image")
    image = ImageOps.exif_transpose(opened).convert("RGB")
    draw = ImageDraw.Draw(image)
    line = max(1, round(min(image.size) / 200))
    font = ImageFont.load_default(size=max(10, min(image.size) / 30))
    labels = sorted({each.label for each in detections})
    # The highest score is drawn last, on top.
    for each in sorted(detections, key=lambda found: found.score):
        if each.score < least_score:
            continue
        colour = _COLOURS[labels.index(each.label) % len(_COLOURS)]
        draw.rectangle(each.box, outline=colour, width=line)
        text = f"{each.label} {each.score:.2f}"
        place = (each.box[0], max(0.0, each.box[1]))
        draw.rectangle(draw.textbbox(place, text, font=font), fill=colour)
        draw.text(place, text, fill="white", font=font)
    return image
