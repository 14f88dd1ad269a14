"""The part of a report about the training."""

from __future__ import annotations

from typing import Any

from kerastl.seeing.drawing.curves import draw_learning_curves
from kerastl.seeing.drawing.figure import has_matplotlib
from kerastl.seeing.drawing.svg import to_svg
from kerastl.seeing.page.parts import drawing
from kerastl.seeing.report.run import named
from kerastl.training.phases.phase_spans import phase_spans

_MOST_EPOCHS = 60


def training_part(history: Any, names: dict[str, str]) -> dict[str, Any]:
    """Describe a training: learning curves with phases, and a table of epochs.

    Args:
        history: A `PhasedHistory`, or None.
        names: Settings of the training by name, as texts.

    Returns:
        Values for the template.
    """
    part: dict[str, Any] = {"settings": names, "curves": [], "head": (), "epochs": [], "more": 0}
    if history is None or not history.rows:
        return part
    metrics = list(history.history)
    if len(history.rows) > 1 and has_matplotlib():
        curves = {name: [row.get(name, float("nan")) for row in history.rows] for name in metrics}
        spans = phase_spans(history.phases, history.next_epoch)
        figure = draw_learning_curves(curves, spans, kept=history.kept_row, title=named)
        svg = to_svg(figure, "learning curves of loss and metrics over the epochs")
        part["curves"] = [drawing(svg, wide=True)]
    part["head"] = ("phase, epoch", *map(named, metrics))
    rows = list(zip(history.epoch, history.rows, strict=False))
    for epoch, row in rows[:_MOST_EPOCHS]:
        cells = [f"{row[name]:.4f}" if name in row else "" for name in metrics]
        kept = epoch == history.kept_row
        part["epochs"].append(
            {"cells": (epoch_name(history.phases, epoch) + (" (kept)" if kept else ""), *cells)}
        )
    part["more"] = len(rows) - _MOST_EPOCHS
    return part


def epoch_name(phases: Any, epoch: int) -> str:
    """Return the name of an epoch, which counts within its phase."""
    for number, phase in reversed(list(enumerate(phases, start=1))):
        if phase["first_epoch"] <= epoch:
            if phase["linear_probe"]:
                return f"{number}, linear probe"
            return f"{number}, epoch {epoch - phase['first_epoch'] + 1}"
    return f"epoch {epoch + 1}"
