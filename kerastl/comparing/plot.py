"""Plot of validation accuracy against latency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kerastl.comparing.compared_backbone import DevicePoint
from kerastl.seeing.drawing.tradeoff import TradeOff, draw_trade_off

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
    if not points:
        raise ValueError(
            "A plot needs latencies. Compare with export=True, or with a cache that does not yet "
            "hold the features. Received: no row with a latency"
        )
    measured = points[0][2].measured
    return draw_trade_off(
        [
            TradeOff(row.name, each.latency_ms or 0.0, each.accuracy, group=variant)
            for row, variant, each in points
        ],
        cost="LiteRT latency, one thread (ms)"
        if measured
        else "feature pass, time per example (ms, estimate)",
        metric="validation accuracy",
        frontier=[(each.latency_ms or 0.0, each.accuracy) for _, _, each in frontier],
    )
