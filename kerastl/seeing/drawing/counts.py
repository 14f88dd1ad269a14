"""Bar charts of counts, and histograms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.seeing.drawing.figure import SERIES, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LONGEST_NAME = 28
_FEW_DECADES = 300.0  # largest by smallest number


def draw_counts(
    counts: Mapping[str, Sequence[int]], names: Sequence[str], unit: str = "examples"
) -> Figure:
    """Draw counts by class as horizontal bars, one part of each bar for every split.

    Args:
        counts: The counts of each split, in the order of `names`.
        names: The classes, from top to bottom.
        unit: What is counted, in the plural. Defaults to `"examples"`.

    Returns:
        The matplotlib figure. Its height depends on the number of classes.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    with new_figure(7, 0.9 + 0.27 * len(names)) as (figure, axes):
        places = np.arange(len(names))
        start = np.zeros(len(names))
        for colour, (split, values) in zip(SERIES, counts.items(), strict=False):
            axes.barh(places, values, 0.72, left=start, color=colour, label=split)
            start = start + np.asarray(values)
        for place, total in zip(places, start, strict=True):
            axes.annotate(
                f"{total:,.0f}",
                (total, place),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize="small",
            )
        axes.set_yticks(places, [short_name(name) for name in names])
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.margins(x=0.1)
        axes.set_xlabel(unit)
        if len(counts) > 1:
            figure.legend(loc="outside upper left", ncols=len(counts), fontsize="small")
    return figure


def draw_histogram(values: np.ndarray, label: str, *, log: bool = False) -> Figure:
    """Draw a histogram.

    Args:
        values: Numbers of shape `(count,)`.
        label: Label of the horizontal axis, with its unit.
        log: Whether that axis is logarithmic. Defaults to False.

    Returns:
        The matplotlib figure.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    with new_figure(4.6, 2.6) as (figure, axes):
        low, high = float(np.min(values)), float(np.max(values))
        if high <= low:
            low, high = low - max(0.5, abs(low) * 0.05), high + max(0.5, abs(high) * 0.05)
        log = log and low > 0
        edges = np.geomspace(low, high, 25) if log else np.linspace(low, high, 25)
        axes.hist(values, edges, color=SERIES[0])
        axes.set(xlabel=label, ylabel="examples", xscale="log" if log else "linear")
        axes.grid(visible=False, axis="x")
        if log:
            _label_decades(axes.xaxis, high / low)
        axes.locator_params(axis="y", nbins=4, integer=True)
    return figure


def _label_decades(axis: Any, range_: float) -> None:
    """Label a logarithmic axis; one that spans few decades with numbers between them."""
    from matplotlib.ticker import LogLocator, NullFormatter

    between = (1, 2, 5) if range_ < _FEW_DECADES else (1,)
    axis.set_major_locator(LogLocator(subs=between))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(NullFormatter())


def short_name(name: str) -> str:
    """Return a name for an axis: printable, and cut if it is long."""
    name = printable(name)
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
