"""Learning curves over all phases of a training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.seeing.drawing.figure import GRID, INK, MUTED, SERIES, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class PhaseSpan:
    """The epochs of one phase, for the background of learning curves.

    Attributes:
        name: Name of the phase.
        epochs: Number of its epochs.
    """

    name: str
    epochs: int


def draw_learning_curves(
    metrics: Mapping[str, Sequence[float]],
    phases: Sequence[PhaseSpan] = (),
    *,
    kept: int | None = None,
    title: Callable[[str], str] = lambda name: name.replace("_", " "),
) -> Figure:
    """Draw each metric over the epochs, training and validation together.

    Args:
        metrics: Values by epoch, such as `loss` and `val_loss`; a validation metric begins with
            `val_`. NaN leaves a gap.
        phases: The phases in order. Defaults to none: no marks.
        kept: Number of the epoch whose weights were kept, from 0. Defaults to None: no mark.
        title: Function that returns the name of a metric in words. Defaults to spaces for
            underscores.

    Returns:
        The matplotlib figure, one plot for each metric. A metric of one epoch alone, such as
        those of a linear probe after other phases, has a plot only if all metrics are like this.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    names = _with_curves(metrics)
    with new_figure(max(5.0, 4.4 * len(names)), 3.4, columns=max(1, len(names)), squeeze=False) as (
        figure,
        grid,
    ):
        for axes, name in zip(grid[0], names, strict=False):
            for key, label, colour, style in (
                (name, "training", SERIES[0], "-"),
                (f"val_{name}", "validation", SERIES[1], "-"),
            ):
                if key in metrics:
                    values = np.asarray(metrics[key], "float64")
                    epochs = np.arange(1, len(values) + 1)
                    axes.plot(
                        epochs, values, style, color=colour, label=label, marker="o", markersize=4
                    )
            _mark_phases(axes, phases)
            if kept is not None:
                axes.axvline(kept + 1, color=INK, linewidth=1, linestyle=":", label="kept")
            axes.set(title=printable(title(name)), xlabel="epoch")
            axes.locator_params(axis="x", integer=True)
            axes.grid(visible=False, axis="x")
        handles, labels = grid[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower left", ncols=3, fontsize="small")
    return figure


def _with_curves(metrics: Mapping[str, Sequence[float]]) -> list[str]:
    """Return the names of the metrics that have values of several epochs, or else all names."""
    several = [
        name
        for name, values in metrics.items()
        if np.isfinite(np.asarray(values, "float64")).sum() > 1
    ]
    return list(dict.fromkeys(name.removeprefix("val_") for name in several or metrics))


def _mark_phases(axes: Any, phases: Sequence[PhaseSpan]) -> None:
    if not phases:
        return
    start = 0.5
    for number, phase in enumerate(phases):
        end = start + phase.epochs
        if number % 2:
            axes.axvspan(start, end, color=GRID, alpha=0.45, linewidth=0, zorder=0)
        axes.annotate(
            printable(phase.name),
            (start, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(3, -3),
            textcoords="offset points",
            fontsize="x-small",
            color=MUTED,
            va="top",
            rotation=90 if phase.epochs < 3 else 0,
        )
        start = end
    axes.set_xlim(0.5, start)
