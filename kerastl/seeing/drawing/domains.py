"""Scatter plots of the features of two domains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from kerastl.seeing.drawing.figure import new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Domain = tuple[np.ndarray, np.ndarray]
"""Points of shape `(count, 2)`, and the predicted class of each, shape `(count,)`."""


def draw_domain_points(models: Mapping[str, tuple[Domain, Domain]]) -> Figure:
    """Draw source and target points of several models, coloured by predicted class.

    Args:
        models: Source and target by the name of the model, one plot for each.

    Returns:
        The matplotlib figure.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    with new_figure(6 * len(models), 5, columns=len(models), squeeze=False) as (figure, grid):
        for axes, (name, domains) in zip(grid[0], models.items(), strict=True):
            for (points, classes), marker, label in zip(
                domains, ("o", "x"), ("source", "target"), strict=True
            ):
                axes.scatter(
                    *points.T,
                    c=classes % 10,
                    cmap="tab10",
                    vmin=0,
                    vmax=9,
                    marker=marker,
                    s=18,
                    label=label,
                )
            axes.set(title=name, xticks=[], yticks=[])
            axes.legend()
    return figure
