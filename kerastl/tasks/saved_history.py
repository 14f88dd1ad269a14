"""Read the history of a saved recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_type_hints

from kerastl.basics.files.json_fields import read_field, read_list, read_optional

if TYPE_CHECKING:
    from kerastl.training.phases.history import PhasedHistory


def read_history(saved: Any) -> PhasedHistory | None:
    """Make a history from the plain values of a file.

    Args:
        saved: What `PhasedHistory.get_config` returned; None for a recipe that was not trained. A
            recipe that an earlier version saved has no rows, and then no history.

    Returns:
        The history, or None.

    Raises:
        ValueError: If a value is missing or of another type.
    """
    if saved is None or (isinstance(saved, dict) and "rows" not in saved):
        return None
    from kerastl.training.phases.history import PhasedHistory

    epochs = read_list(saved, "epoch", int)
    rows = [_numbers(row) for row in read_list(saved, "rows", dict)]
    columns = {
        name: read_list({name: values}, name, float)
        for name, values in read_field(saved, "history", dict).items()
    }
    if len(rows) != len(epochs):
        raise ValueError(f"'rows' are {len(rows)} for {len(epochs)} epochs")
    phases = read_list(saved, "phases", dict)
    for phase in phases:
        read_field(phase, "first_epoch", int)
        read_field(phase, "linear_probe", bool)
        read_field(phase, "trains", str)
        if "kept_epoch" in phase:
            read_optional(phase, "kept_epoch", int)
        for gain in read_list(phase, "gains", list) if "gains" in phase else ():
            if len(read_list({"gains": gain}, "gains", float)) != 2:
                raise ValueError(f"'gains' has {gain!r}")
        if "selection" in phase:
            _check_selection(phase["selection"])
    return PhasedHistory.from_config(
        {
            "epoch": epochs,
            "history": columns,
            "rows": rows,
            "phases": phases,
            "stopped": read_field(saved, "stopped", bool),
            "decision": read_optional(saved, "decision", dict),
            "refit": read_optional(saved, "refit", dict),
            "calibration": read_optional(saved, "calibration", dict),
            "kept_instead": read_optional(saved, "kept_instead", str),
        }
    )


def _numbers(row: dict[str, Any]) -> dict[str, float]:
    return {each: read_field(row, each, float) for each in row}


def _check_selection(saved: Any) -> None:
    from kerastl.training.selection.selection import Selection

    kinds = get_type_hints(Selection)
    del kinds["epochs"]  # a list in a file
    for name, kind in kinds.items():
        read_field(saved, name, kind)
    read_list(saved, "epochs", int)
    unknown = set(saved) - {*kinds, "epochs"}
    if unknown:
        raise ValueError(f"'selection' has {sorted(unknown)[0]!r}")
