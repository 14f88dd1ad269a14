"""The part of an image that a prediction depends on."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.basics.arguments import check_number
from kerastl.basics.printable import printable
from kerastl.seeing.explaining.heat_map import resized
from kerastl.seeing.notebook.markup import card, cards, page_part

if TYPE_CHECKING:
    from kerastl.seeing.notebook.plot import Plot

_SIDE = 320


@dataclass(frozen=True, eq=False)
class ImageExplanation:
    """A heat map of the places that raise the score of a class.

    A heat map shows what the score depends on, not whether that is a good reason. It is coarse:
    one value of the stage stands for many pixels.

    Attributes:
        name: Name of the image.
        target: The class, label or number that is explained.
        score: The model's probability or number for it.
        stage: The stage whose output was weighted.
        heat: float32 of shape `(height, width)` of the stage, from 0 to 1.
        image: The upright image, a Pillow image of at most 320 pixels a side; None if it cannot be
            read again.

    Example:

    ```python
    explanation = recipe.explain("photo.jpg")
    explanation.plot("why.png")
    explanation.marked(0.1)  # the tenth of the image with the highest values
    ```
    """

    name: str
    target: str
    score: float
    stage: str
    heat: np.ndarray
    image: Any = field(repr=False)

    def marked(self, share: float = 0.2, size: tuple[int, int] | None = None) -> np.ndarray:
        """Return the part of the image with the highest values.

        Args:
            share: Share of the image. Defaults to 0.2.
            size: `(height, width)` of the result. Defaults to None: that of the stage.

        Returns:
            bool of this size, True for the marked pixels.

        Raises:
            ValueError: If the share is out of range.
        """
        check_number("share", share, "(0, 1)")
        heat = self.heat if size is None else resized(self.heat, size)
        count = max(1, round(share * heat.size))
        marked = np.zeros(heat.size, bool)
        marked[np.argsort(-heat.ravel(), kind="stable")[:count]] = True
        return marked.reshape(heat.shape)

    def plot(self, path: str | os.PathLike[str] | None = None) -> Plot:
        """Draw the image, and the image under its heat map.

        Args:
            path: Image file that is also written. Defaults to None: none.

        Returns:
            The plot, which a notebook shows.

        Raises:
            ImportError: If matplotlib is not installed.
            OSError: If the file cannot be written.
        """
        from kerastl.seeing.drawing.image_grid import GridImage, draw_image_grid
        from kerastl.seeing.notebook.plot import Plot

        images = [
            GridImage(self.image, [self.name.split("/")[-1]]),
            GridImage(self.overlay(), [f"why {self.target} ({self.score:.2f})", self.stage]),
        ]
        figure = draw_image_grid(images, received="plot()")
        return Plot(figure, str(self), path)

    def overlay(self) -> Any:
        """Return the image under its heat map, a Pillow image; None without the image."""
        from PIL import Image

        if self.image is None:
            return None
        heat = resized(self.heat, (self.image.height, self.image.width))[..., None]
        grey = np.asarray(self.image.convert("L"), "float32")[..., None]
        # Dark grey where nothing raises the score, then red to yellow.
        colour = np.concatenate(
            [np.full_like(heat, 255.0), 255.0 * np.clip(2 * heat - 0.6, 0, 1), 30.0 + 0 * heat],
            axis=-1,
        )
        opacity = 0.75 * np.clip(heat, 0.0, 1.0) ** 0.7
        mixed = (1 - opacity) * (0.35 * grey + 0.45 * np.asarray(self.image, "float32"))
        return Image.fromarray((mixed + opacity * colour).clip(0, 255).astype("uint8"))

    def _repr_html_(self) -> str:
        from kerastl.data.images.thumbnails import data_address

        drawn = self.overlay()
        pairs = (
            (self.image, [self.name.split("/")[-1]]),
            (drawn, [f"why {self.target} ({self.score:.3f})", f"stage {self.stage}"]),
        )
        return page_part(
            str(self),
            cards(
                card(None if image is None else data_address(image), lines, alt=", ".join(lines))
                for image, lines in pairs
            ),
        )

    def __str__(self) -> str:
        where = np.unravel_index(int(self.heat.argmax()), self.heat.shape)
        rows = ("top", "middle", "bottom")[min(2, int(3 * where[0] / self.heat.shape[0]))]
        columns = ("left", "centre", "right")[min(2, int(3 * where[1] / self.heat.shape[1]))]
        return printable(
            f"{self.name}: {self.target} ({self.score:.3f}) depends most on the {rows} {columns}"
        )
