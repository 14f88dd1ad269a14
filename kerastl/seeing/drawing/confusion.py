"""Drawing of a confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kerastl.seeing.drawing.counts import short_name
from kerastl.seeing.drawing.figure import INK, SERIES, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_CLASSES = 25
"""The most classes that a drawing has room for."""


def most_confused(confusion: np.ndarray, most: int = MOST_CLASSES) -> np.ndarray:
    """Choose the classes with the most mistakes.

    Args:
        confusion: Counts, shape `(classes, classes)`: rows true, columns predicted.
        most: The most classes. Defaults to 25.

    Returns:
        Their numbers, ascending.
    """
    wrong = confusion.sum(axis=0) + confusion.sum(axis=1) - 2 * np.diag(confusion)
    return np.sort(np.argsort(-wrong, kind="stable")[:most])


def draw_confusion(confusion: np.ndarray, class_names: Sequence[str]) -> Figure:
    """Draw a confusion matrix; each row is coloured by its shares.

    Args:
        confusion: Counts, shape `(classes, classes)`: rows true, columns predicted.
        class_names: One name a class.

    Returns:
        The matplotlib figure. Of more than 25 classes, it has those with the most mistakes.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    confusion = np.asarray(confusion)
    chosen = most_confused(confusion)
    totals = np.maximum(1, confusion.sum(axis=1))[chosen, None]
    counts = confusion[np.ix_(chosen, chosen)]
    shares = counts / totals
    names = [short_name(class_names[number]) for number in chosen]
    side = 1.6 + 0.42 * len(names)
    with new_figure(max(4.0, side + 1.2), max(3.2, side)) as (figure, axes):
        for (row, column), share in np.ndenumerate(shares):
            if counts[row, column]:
                colour = SERIES[0] if row == column else SERIES[1]
                alpha = 0.12 + 0.68 * float(share)
                axes.add_patch(_cell(column, row, colour, alpha))
                axes.text(
                    column,
                    row,
                    f"{counts[row, column]}",
                    ha="center",
                    va="center",
                    fontsize="small",
                    color=INK,
                )
        places = np.arange(len(names))
        axes.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(names) - 0.5, -0.5), aspect="equal")
        turned = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"}
        axes.set_xticks(places, names, **(turned if max(map(len, names)) > 3 else {}))
        axes.set_yticks(places, names)
        axes.set_xticks(np.arange(-0.5, len(names)), minor=True)
        axes.set_yticks(np.arange(-0.5, len(names)), minor=True)
        axes.grid(visible=False, which="major")
        axes.grid(which="minor")
        axes.tick_params(which="both", length=0)
        axes.set(xlabel="predicted", ylabel="true")
        for spine in axes.spines.values():
            spine.set_visible(False)
    return figure


def _cell(column: int, row: int, colour: str, alpha: float) -> object:
    from matplotlib.patches import Rectangle

    return Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, alpha=alpha, linewidth=0)
