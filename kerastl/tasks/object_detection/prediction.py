"""One detected object."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.tasks.object_detection.box_decoding import Boxes


@dataclass(frozen=True)
class Detection:
    """An object in an image.

    Attributes:
        box: x1, y1, x2, y2 in pixels of the upright image, from its upper left corner.
        label: The name of its class.
        score: Confidence of the model, from 0 to 1.
    """

    box: tuple[float, float, float, float]
    label: str
    score: float

    def to_row(self) -> dict[str, Any]:
        """Return the object as a row of `predict_frame`."""
        corners = dict(zip(("x1", "y1", "x2", "y2"), self.box, strict=True))
        return {"label": self.label, "score": self.score, **corners}

    def __str__(self) -> str:
        corners = ", ".join(f"{each:.0f}" for each in self.box)
        return f"{printable(self.label)} ({self.score:.3f}) at {corners}"


def detections(
    found: Boxes,
    size: Sequence[int] | np.ndarray,
    image_size: tuple[int, int],
    class_names: Sequence[str],
) -> list[Detection]:
    """Scale the boxes of one image to its own pixels.

    Args:
        found: Boxes in pixels of the model's input.
        size: Width and height of the upright image in pixels.
        image_size: `(height, width)` of the model's input.
        class_names: Names of the classes.

    Returns:
        One object for each box, in the same order.
    """
    height, width = image_size
    places = found.boxes * np.tile(np.asarray(size) / np.array([width, height]), 2)
    return [
        Detection((x1, y1, x2, y2), class_names[kind], score)
        for (x1, y1, x2, y2), kind, score in zip(
            places.tolist(), found.classes, found.scores.tolist(), strict=True
        )
    ]
