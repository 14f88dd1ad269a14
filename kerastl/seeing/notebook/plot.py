"""A figure that a notebook shows."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from kerastl.basics.files.plot_file import write_plot
from kerastl.basics.printable import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Plot:
    """A matplotlib figure with a description of what it shows.

    Args:
        figure: The figure.
        description: What it shows, for readers who do not see it.
        path: Image file that it is written to. Defaults to None: none.

    Attributes:
        figure: The figure, which may be changed.
        description: What it shows.

    Example:

    ```python
    plot = evaluation.plot_confusion()
    plot.save("confusion.png")
    plot.figure.set_size_inches(10, 8)
    ```
    """

    def __init__(
        self, figure: Figure, description: str, path: str | os.PathLike[str] | None = None
    ) -> None:
        self.figure = figure
        self.description = description
        if path is not None:
            self.save(path)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the figure to an image file.

        Args:
            path: The file. Its suffix sets the format.

        Returns:
            The path.

        Raises:
            ValueError: If matplotlib does not write such files.
            OSError: If the file cannot be written.
        """
        with warnings.catch_warnings():
            # An empty box stands for a letter that the font lacks.
            warnings.filterwarnings("ignore", "Glyph", UserWarning)
            return write_plot(self.figure, path)

    def _repr_html_(self) -> str:
        from kerastl.seeing.drawing.svg import to_svg

        width = self.figure.get_figwidth() * 96
        drawn = to_svg(self.figure, self.description)
        # Ink in the colour of the notebook's own text, which is light on a dark page.
        colours = "--ink:currentColor;--muted:currentColor;--line:rgba(127,127,127,.35)"
        return f'<div style="max-width:{width:.0f}px;{colours}">{drawn}</div>'

    def __repr__(self) -> str:
        return f"Plot({printable(self.description)})"
