"""A history as a table of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kerastl.training.selection.measured import Gain

_MOST = 40


def history_title(epochs: int, phases: int) -> str:
    """Return the number of epochs and phases as text."""
    epochs_text = "1 epoch" if epochs == 1 else f"{epochs} epochs"
    return f"History of {epochs_text} in {'1 phase' if phases == 1 else f'{phases} phases'}"


def history_lines(table: Sequence[Sequence[str]]) -> list[str]:
    """Return a table of `history_table` as aligned lines of text.

    Of more than 40 epochs, the first and the last 20 are shown.
    """
    head, *rows = [list(row) for row in table]
    if len(rows) > _MOST:
        half, left_out = _MOST // 2, len(rows) - _MOST
        rows = [*rows[:half], [f"… {left_out} more", *[""] * (len(head) - 1)], *rows[-half:]]
    shown = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in shown
    ]


def history_table(
    epochs: Sequence[int],
    rows: Sequence[Mapping[str, float]],
    names: Sequence[str],
    phases: Sequence[Mapping[str, Any]],
) -> list[list[str]]:
    """Return a line for each epoch: its phase, its metrics and the gain that decides.

    Args:
        epochs: Numbers of the epochs, counted from 0 over all phases.
        rows: The metrics of each epoch.
        names: The metrics, in the order of the columns.
        phases: The phases of a `PhasedHistory`.

    Returns:
        Cells of text; the first row has the headings. Without any gain there is no such column.
    """
    table = [["epoch", *names, "gain over the beginning"]]
    for epoch, row in zip(epochs, rows, strict=False):
        number, phase = _phase_of(phases, epoch)
        metrics = [f"{row[name]:.4f}" if name in row else "" for name in names]
        table.append([_name(number, phase, epoch), *metrics, _gain(phase, epoch)])
    if not any(row[-1] for row in table[1:]):
        table = [row[:-1] for row in table]
    return table


def _phase_of(
    phases: Sequence[Mapping[str, Any]], epoch: int
) -> tuple[int, Mapping[str, Any] | None]:
    for number in range(len(phases), 0, -1):
        if phases[number - 1]["first_epoch"] <= epoch:
            return number, phases[number - 1]
    return 0, None


def _name(number: int, phase: Mapping[str, Any] | None, epoch: int) -> str:
    if phase is None:
        return f"epoch {epoch + 1}"
    if phase["linear_probe"]:
        return f"phase {number}, linear probe"
    return f"phase {number}, epoch {epoch - phase['first_epoch'] + 1}"


def _gain(phase: Mapping[str, Any] | None, epoch: int) -> str:
    gains = [] if phase is None else phase.get("gains", [])
    place = -1 if phase is None else epoch - phase["first_epoch"]
    return str(Gain(*gains[place])) if 0 <= place < len(gains) else ""
