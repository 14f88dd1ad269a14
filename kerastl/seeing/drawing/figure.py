"""New matplotlib figures in the style of kerastl."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kerastl.basics.files.plot_file import NO_MATPLOTLIB

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK = "#1d2430"
MUTED = "#5b6473"
GRID = "#dfe3ea"
# Okabe and Ito's palette, readable with colour blindness, darkened where it is pale on white.
SERIES = ("#0b66a8", "#c4510d", "#00805c", "#a8487f", "#9a6a00", "#3f7fae", "#6a5acd", "#7a6a58")

_STYLE: dict[Any, Any] = {
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": "medium",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "font.size": 10.0,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "text.color": INK,
    # A dollar sign in the name of a class starts no formula.
    "text.parse_math": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    # Texts of an SVG stay texts: they are searched, copied and read aloud.
    "svg.fonttype": "none",
}


def has_matplotlib() -> bool:
    """Return whether matplotlib is installed."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        return False
    return True


def check_matplotlib(received: str) -> None:
    """Check that figures can be drawn.

    Args:
        received: What the user called, for the error.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    if not has_matplotlib():
        raise ImportError(f"{NO_MATPLOTLIB}. Received: {received} without matplotlib")


@contextlib.contextmanager
def drawing_style() -> Iterator[None]:
    """Use kerastl's colours and lines inside a `with` block; the user's settings stay."""
    import matplotlib
    from cycler import cycler

    with matplotlib.rc_context({**_STYLE, "axes.prop_cycle": cycler(color=SERIES)}):
        yield


@contextlib.contextmanager
def new_figure(
    width: float = 7.0,
    height: float = 4.2,
    *,
    rows: int = 1,
    columns: int = 1,
    received: str = "plot()",
    **how: Any,
) -> Iterator[tuple[Figure, Any]]:
    """Make a figure with axes inside a `with` block in which it is drawn.

    Args:
        width: In inches. Defaults to 7.
        height: In inches. Defaults to 4.2.
        rows: Rows of axes. Defaults to 1.
        columns: Columns of axes. Defaults to 1.
        received: What the user called, for the error. Defaults to `"plot()"`.
        **how: Options of `Figure.subplots`.

    Yields:
        The figure, and its axes: one object, or an array of several.

    Raises:
        ImportError: If matplotlib is not installed.

    Example:

    ```python
    with new_figure() as (figure, axes):
        axes.plot([1, 2, 3])
    ```
    """
    check_matplotlib(received)
    # Not pyplot: it would keep the figure alive and choose a window system.
    from matplotlib.figure import Figure

    with drawing_style():
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure, figure.subplots(rows, columns, **how)
