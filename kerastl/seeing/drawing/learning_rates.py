"""Plot of the losses of a learning-rate search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kerastl.seeing.drawing.figure import INK, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_learning_rates(
    rates: np.ndarray, losses: np.ndarray, suggestion: float | None = None
) -> Figure:
    """Draw losses over rising learning rates.

    Args:
        rates: Learning rates, shape `(steps,)`.
        losses: Training loss at each, in nats, shape `(steps,)`.
        suggestion: The suggested learning rate. Defaults to None: no line.

    Returns:
        The matplotlib figure.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    with new_figure(6, 4) as (figure, axes):
        axes.plot(rates, losses)
        if suggestion is not None:
            axes.axvline(
                suggestion, color=INK, linestyle="--", label=f"suggestion {suggestion:.1e}"
            )
            axes.legend()
        axes.set(xscale="log", xlabel="learning rate", ylabel="training loss (nats)")
    return figure
