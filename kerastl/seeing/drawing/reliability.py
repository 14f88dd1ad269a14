"""Reliability diagram: how often answers of a confidence are right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kerastl.seeing.drawing.figure import MUTED, SERIES, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BINS = 10


def draw_reliability(points: Sequence[tuple[float, float, int]], title: str = "") -> Figure:
    """Draw the share of right answers over confidence (Guo et al. 2017).

    Args:
        points: Mean confidence, share of right answers and number of examples of each bin.
        title: Title of the figure. Defaults to none.

    Returns:
        The matplotlib figure. Bars below the diagonal are overconfident. The lower plot has the
        number of examples in each bin.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    with new_figure(5.2, 4.6, rows=2, sharex=True, gridspec_kw={"height_ratios": (4, 1)}) as (
        figure,
        (upper, lower),
    ):
        middles = [(min(int(each * _BINS), _BINS - 1) + 0.5) / _BINS for each, _, _ in points]
        width = 0.94 / _BINS
        upper.bar(middles, [right for _, right, _ in points], width, color=SERIES[0], alpha=0.75)
        upper.plot([0, 1], [0, 1], color=MUTED, linestyle="--", label="calibrated")
        upper.legend(loc="upper left", fontsize="small")
        upper.set(xlim=(0, 1), ylim=(0, 1), ylabel="share of right answers")
        lower.bar(middles, [count for _, _, count in points], width, color=MUTED, alpha=0.6)
        lower.set(xlabel="confidence", ylabel="examples")
        lower.locator_params(axis="y", nbins=2, integer=True)
        if title:
            upper.set_title(title)
    return figure
