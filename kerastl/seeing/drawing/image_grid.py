"""A grid of images with captions and boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kerastl.basics.printable import printable
from kerastl.seeing.drawing.figure import GRID, MUTED, SERIES, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RIGHT, WRONG = SERIES[2], SERIES[1]
_COLUMNS = 4
_LONGEST = 34


@dataclass(frozen=True)
class GridImage:
    """An image of a grid.

    Attributes:
        image: A Pillow image or pixels; None if it cannot be read.
        lines: Lines of the caption.
        right: Whether the answer is right, which colours the frame; None for no frame.
        size: Width and height in which boxes are given. Defaults to None: those of `image`.
        boxes: Box, label and colour of each box. Defaults to none.
    """

    image: Any
    lines: Sequence[str]
    right: bool | None = None
    size: tuple[float, float] | None = None
    boxes: Sequence[tuple[Sequence[float], str, str]] = field(default=())


def draw_image_grid(
    images: Sequence[GridImage], columns: int = _COLUMNS, received: str = "plot_worst()"
) -> Figure:
    """Draw images next to each other.

    Args:
        images: The images, at least one.
        columns: Images in a row. Defaults to 4.
        received: What the user called, for the error. Defaults to `"plot_worst()"`.

    Returns:
        The matplotlib figure.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    columns = min(columns, len(images))
    rows = math.ceil(len(images) / columns)
    lines = max(len(each.lines) for each in images)
    with new_figure(
        2.3 * columns,
        (1.9 + 0.19 * lines) * rows,
        rows=rows,
        columns=columns,
        squeeze=False,
        received=received,
    ) as (figure, grid):
        for axes in grid.flat:
            axes.set_axis_off()
        for axes, each in zip(grid.flat, images, strict=False):
            _draw(axes, each)
    return figure


def _draw(axes: Any, each: GridImage) -> None:
    from matplotlib.patches import Rectangle

    axes.set_axis_on()
    axes.grid(visible=False)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(each.right is not None)
        spine.set(color=RIGHT if each.right else WRONG, linewidth=2)
    axes.set_title(
        "\n".join(_cut(line) for line in each.lines), fontsize="small", fontweight="normal"
    )
    if each.image is None:
        axes.set_facecolor(GRID)
        axes.text(0.5, 0.5, "cannot be read", ha="center", color=MUTED, transform=axes.transAxes)
        axes.set_aspect("equal")
        return
    width, height = each.size or each.image.size
    axes.imshow(each.image, extent=(0, width, height, 0))
    for (x1, y1, x2, y2), label, colour in each.boxes:
        axes.add_patch(
            Rectangle((x1, y1), x2 - x1, y2 - y1, fill=False, edgecolor=colour, linewidth=1.5)
        )
        axes.text(
            x1,
            max(y1, 0),
            _cut(label),
            fontsize="x-small",
            color="white",
            va="bottom",
            clip_on=True,
            bbox={"facecolor": colour, "edgecolor": "none", "pad": 1},
        )


def _cut(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
