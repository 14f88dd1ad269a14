"""The phases of a history as spans of epochs for a plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kerastl.seeing.drawing.curves import PhaseSpan


def phase_spans(phases: Sequence[Mapping[str, Any]], end: int) -> list[PhaseSpan]:
    """Return the phases that have epochs.

    Args:
        phases: The phases of a `PhasedHistory`.
        end: Number of the epoch after the last one, counted from 0 over all phases.
    """
    starts = [phase["first_epoch"] for phase in phases]
    named = [
        "linear probe" if phase["linear_probe"] else f"phase {number}: {phase['trains']}"
        for number, phase in enumerate(phases, start=1)
    ]
    return [
        PhaseSpan(name, stop - start)
        for name, start, stop in zip(named, starts, [*starts[1:], end], strict=True)
        if stop > start
    ]
