"""The column of a printed table with the intervals of F1."""

from __future__ import annotations

from collections.abc import Mapping

from kerastl.tasks.evaluating.intervals import Interval

_TITLE = "95 % interval"


def interval_title(intervals: Mapping[str, Mapping[str, Interval]]) -> str:
    """Return the title of the column, or nothing if no interval is known."""
    return f"  {_TITLE}" if intervals else ""


def interval_cell(intervals: Mapping[str, Mapping[str, Interval]], name: str) -> str:
    """Return the interval of F1 of one class, or nothing if no interval is known."""
    if not intervals:
        return ""
    low, high = intervals[name]["f1"]
    # A class without examples has no interval.
    told = "" if low != low else f"{low:.2f} to {high:.2f}"
    return f"  {told:>{len(_TITLE)}}"
