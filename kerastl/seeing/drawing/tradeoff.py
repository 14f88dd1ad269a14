"""Plot of a metric against a cost, such as accuracy against latency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerastl.basics.printable import printable
from kerastl.seeing.drawing.figure import MUTED, SERIES, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MARKERS = "osD^vP"
# A metric of a few examples moves by a whole point with each of them: a narrower axis would show
# one example as a cliff.
_NARROWEST = 0.05


@dataclass(frozen=True)
class TradeOff:
    """A file or a model with a cost and a metric.

    Attributes:
        name: Written next to the point.
        cost: Its place on the horizontal axis.
        metric: Its place on the vertical axis.
        interval: 95 % interval of the metric, or None.
        group: Points of one group have one colour and marker. Defaults to none.
        refused: Whether the point is drawn hollow. Defaults to False.
    """

    name: str
    cost: float
    metric: float
    interval: tuple[float, float] | None = None
    group: str = ""
    refused: bool = False


def draw_trade_off(
    points: Sequence[TradeOff],
    *,
    cost: str,
    metric: str,
    frontier: Sequence[tuple[float, float]] = (),
    reference: float | None = None,
    log: bool = True,
    title: str = "",
) -> Figure:
    """Draw a metric against a cost.

    Args:
        points: At least one.
        cost: Label of the horizontal axis, with its unit.
        metric: Label of the vertical axis.
        frontier: Points of the Pareto frontier, from low to high cost; drawn as a line. Defaults
            to none.
        reference: The metric of the model behind all points, drawn as a line. Defaults to None.
        log: Whether the cost has a logarithmic axis. Defaults to True.
        title: Title of the figure. Defaults to none.

    Returns:
        The matplotlib figure. Its vertical axis spans at least .05, and all intervals.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    with new_figure(5.4, 4.2) as (figure, axes):
        groups = list(dict.fromkeys(each.group for each in points))
        for number, group in enumerate(groups):
            for each in points:
                if each.group == group:
                    _draw_point(axes, each, SERIES[number % len(SERIES)], _MARKERS[number % 6])
        if frontier:
            line = tuple(zip(*frontier, strict=True))
            axes.plot(*line, linestyle="--", color=MUTED, zorder=0, label="frontier")
        if reference is not None:
            axes.axhline(reference, color=MUTED, linestyle="--", zorder=0, label="the model")
        axes.set(xscale="log" if log else "linear", xlabel=cost, ylabel=metric)
        if title:
            axes.set_title(title)
        axes.margins(x=0.25)
        _widen(axes, points, reference)
        if log:
            axes.xaxis.set_major_formatter("{x:g}")
            axes.xaxis.set_minor_formatter(lambda value, position: "")
        handles, names = axes.get_legend_handles_labels()
        unique = {name: handle for name, handle in zip(names, handles, strict=True) if name}
        if len(unique) > 1:
            axes.legend(unique.values(), unique.keys(), loc="best", fontsize="small")
    return figure


def _draw_point(axes: Any, point: TradeOff, colour: str, marker: str) -> None:
    axes.plot(
        [point.cost],
        [point.metric],
        linestyle="none",
        marker=marker,
        markersize=7,
        color=colour,
        markerfacecolor="none" if point.refused else colour,
        label=point.group,
    )
    if point.interval is not None:
        low, high = point.interval
        axes.vlines(point.cost, low, high, color=colour, linewidth=1.2, alpha=0.6)
    axes.annotate(
        printable(point.name),
        (point.cost, point.metric),
        xytext=(6, 5),
        textcoords="offset points",
        fontsize="small",
    )


def _widen(axes: Any, points: Sequence[TradeOff], reference: float | None) -> None:
    values = [each.metric for each in points] + ([] if reference is None else [reference])
    values += [end for each in points if each.interval is not None for end in each.interval]
    low, high = min(values), max(values)
    missing = max(0.0, _NARROWEST - (high - low)) / 2
    margin = missing + 0.08 * max(high - low, _NARROWEST)
    axes.set_ylim(low - margin, high + margin)
