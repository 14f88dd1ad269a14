"""Bars of weights with a sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kerastl.seeing.drawing.counts import short_name
from kerastl.seeing.drawing.figure import MUTED, SERIES, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_weights(weights: Sequence[tuple[str, float]], label: str) -> Figure:
    """Draw weights as horizontal bars, one colour for each sign.

    Args:
        weights: Name and weight, from top to bottom.
        label: Label of the horizontal axis.

    Returns:
        The matplotlib figure.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    with new_figure(5.6, 0.9 + 0.3 * len(weights)) as (figure, axes):
        places = np.arange(len(weights))
        values = [weight for _, weight in weights]
        colours = [SERIES[1] if value > 0 else SERIES[0] for value in values]
        axes.barh(places, values, 0.72, color=colours)
        axes.axvline(0, color=MUTED, linewidth=1)
        axes.set_yticks(places, [short_name(name) for name, _ in weights])
        axes.set_ylim(len(weights) - 0.5, -0.5)
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(short_name(label))
    return figure
