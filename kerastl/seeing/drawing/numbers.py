"""Predicted numbers against true ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kerastl.basics.printable import printable
from kerastl.seeing.drawing.figure import MUTED, SERIES, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST = 2_000  # points; more would overlap


def draw_numbers(true: np.ndarray, predicted: np.ndarray, name: str, seed: int = 0) -> Figure:
    """Draw predictions of a regression over true values.

    Args:
        true: Numbers of shape `(examples,)`.
        predicted: Predictions of shape `(examples,)`.
        name: Name of the target.
        seed: Seed of the sample of more than 2,000 examples. Defaults to 0.

    Returns:
        The matplotlib figure.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    chosen = np.random.default_rng(seed).permutation(len(true))[:_MOST]
    with new_figure(4.6, 4.2) as (figure, axes):
        ends = [float(np.min([true, predicted])), float(np.max([true, predicted]))]
        axes.plot(ends, ends, color=MUTED, linestyle="--", zorder=0)
        axes.scatter(true[chosen], predicted[chosen], s=14, alpha=0.6, color=SERIES[0])
        axes.set(xlabel=f"true {printable(name)}", ylabel=f"predicted {printable(name)}")
    return figure
