"""One detected object."""

from dataclasses import dataclass
from typing import Any

from kerastl.basics.printable import printable


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
