"""Figures as SVG inside a page, in the colours of the page."""

from __future__ import annotations

import io
import re
import warnings
from html import escape
from typing import TYPE_CHECKING, Any

from kerastl.basics.printable import printable
from kerastl.seeing.drawing.figure import GRID, INK, MUTED, SERIES, drawing_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_VARIABLES = {
    INK: "ink",
    MUTED: "muted",
    GRID: "line",
    **{colour: f"series-{number}" for number, colour in enumerate(SERIES)},
}
_SIZE = re.compile(r'(<svg[^>]*?) (?:width|height)="[^"]*"')
_FONT = re.compile(r"font: (?:([a-z0-9]+) )?([\d.]+px) [^;\"]*")


def to_svg(figure: Figure, alt: str) -> str:
    """Return a figure as an `<svg>` element for a page.

    Its ink, grid and series have the colours of the page's CSS variables (`--ink`, `--muted`,
    `--line`, `--series-0` and so on), so that a dark page has a light drawing. Its width is that
    of the surrounding element. The same figure always gives the same text.

    Args:
        figure: The figure.
        alt: What the figure shows, for readers who do not see it.

    Returns:
        The element.

    Example:

    ```python
    with new_figure() as (figure, axes):
        axes.plot([1, 2, 3])
    to_svg(figure, "a rising line")  # '<svg role="img" aria-label="a rising line" ...'
    ```
    """
    import matplotlib

    written = io.StringIO()
    alt = printable(alt)
    salt: dict[Any, Any] = {"svg.hashsalt": alt}
    with drawing_style(), matplotlib.rc_context(salt), warnings.catch_warnings():
        # The browser has the letters that matplotlib's font lacks.
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        figure.savefig(
            written,
            format="svg",
            transparent=True,
            metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")),
        )
    text = written.getvalue()
    text = text[text.index("<svg") :]
    for _ in range(2):
        text = _SIZE.sub(r"\1", text, count=1)
    text = _FONT.sub(lambda found: f"font-size: {found[2]}" + _weight(found[1]), text)
    for colour, name in _VARIABLES.items():
        text = text.replace(colour, f"var(--{name}, {colour})")
    return text.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1)


def _weight(named: str | None) -> str:
    return f"; font-weight: {named}" if named in ("bold", "700") else ""
