"""A comparison as an image: accuracy against latency."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kerastl.comparing.comparison import Comparison

_MARKERS = {"float32": "o", "int8": "s"}


def draw_comparison(comparison: Comparison, path: str | os.PathLike[str] | None) -> Figure:
    """Do what `Comparison.plot` promises; see there."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "Images are drawn by matplotlib: pip install matplotlib. Received: plot() without it"
        ) from error
    from kerastl.basics.plot_file import write_plot

    points = comparison.points
    if not points:
        raise ValueError(
            "An image needs latencies: compare with export=True, or without features in the "
            f"cache. Received: {len(comparison.rows)} rows, none with a latency"
        )
    figure = Figure(figsize=(7, 5), layout="constrained")
    axes = figure.subplots()
    for variant, marker in _MARKERS.items():
        mine = [(each.latency_ms, each.accuracy) for _, name, each in points if name == variant]
        if mine:
            axes.scatter(*zip(*mine, strict=True), marker=marker, label=variant)
    best = [(each.latency_ms, each.accuracy) for _, _, each in comparison.frontier]
    axes.plot(*zip(*best, strict=True), linestyle="--", color="grey", zorder=0, label="frontier")
    for row, _, each in points:
        axes.annotate(
            row.name,
            (each.latency_ms or 0.0, each.accuracy),
            xytext=(5, 5),
            textcoords="offset points",
            fontsize="small",
        )
    measured = points[0][2].measured
    axes.set(
        xscale="log",
        xlabel="latency of LiteRT on one thread (ms)"
        if measured
        else "share of an example in the feature pass (ms, an estimate)",
        ylabel="validation accuracy",
    )
    axes.margins(x=0.25, y=0.15)
    axes.legend()
    if path is not None:
        write_plot(figure, path)
    return figure
