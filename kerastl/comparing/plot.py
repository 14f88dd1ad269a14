"""Plot of validation accuracy against latency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kerastl.basics.printable import printable
from kerastl.comparing.compared_backbone import DevicePoint

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MARKERS = {"float32": "o", "int8": "s"}


def draw_points(points: Sequence[DevicePoint], frontier: Sequence[DevicePoint]) -> Figure:
    """Draw files of backbones by latency and accuracy.

    Args:
        points: Each file with a known latency.
        frontier: Those of them that no other one beats, from fast to slow; drawn as a line.

    Returns:
        The matplotlib figure.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If there is no point.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "Plots need matplotlib: pip install matplotlib. Received: plot() without it"
        ) from error

    if not points:
        raise ValueError(
            "A plot needs latencies. Compare with export=True, or with a cache that does not yet "
            "hold the features. Received: no row with a latency"
        )
    figure = Figure(figsize=(7, 5), layout="constrained")
    axes = figure.subplots()
    for variant, marker in _MARKERS.items():
        mine = [(each.latency_ms, each.accuracy) for _, name, each in points if name == variant]
        if mine:
            axes.scatter(*zip(*mine, strict=True), marker=marker, label=variant)
    best = [(each.latency_ms, each.accuracy) for _, _, each in frontier]
    axes.plot(*zip(*best, strict=True), linestyle="--", color="grey", zorder=0, label="frontier")
    for row, _, each in points:
        axes.annotate(
            printable(row.name),
            (each.latency_ms or 0.0, each.accuracy),
            xytext=(5, 5),
            textcoords="offset points",
            fontsize="small",
            parse_math=False,
        )
    measured = points[0][2].measured
    axes.set(
        xscale="log",
        xlabel="LiteRT latency, one thread (ms)"
        if measured
        else "feature pass, time per example (ms, estimate)",
        ylabel="validation accuracy",
    )
    axes.margins(x=0.25, y=0.15)
    axes.legend()
    return figure
