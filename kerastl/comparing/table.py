"""Rows of a backbone comparison as lines of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kerastl.basics.printable import printable
from kerastl.comparing.compared_backbone import (
    VARIANTS,
    ComparedBackbone,
    DeviceMetrics,
    DevicePoint,
)

_MISSING = "-"
_LONGEST_NAME = 24
"""With it, a row fits into 100 columns."""


def table_lines(rows: Sequence[ComparedBackbone], frontier: Sequence[DevicePoint]) -> list[str]:
    """Format a comparison as a table.

    Args:
        rows: One a backbone, in the order of the table.
        frontier: The files that no other one beats; the last column names them.

    Returns:
        Two header lines (column titles, and units), one line of at most 100 columns a row, and one
        line for each row that has a problem. An estimate begins with `~`.
    """
    on_frontier = {(id(row), variant) for row, variant, _ in frontier}

    def best_variants(row: ComparedBackbone) -> str:
        found = [variant for variant in VARIANTS if (id(row), variant) in on_frontier]
        return ("both" if len(found) == len(VARIANTS) else "".join(found)) or _MISSING

    columns: list[tuple[str, str, Callable[[ComparedBackbone], str]]] = [
        ("backbone", "", _name),
        ("accuracy", "interval", _accuracy),
        ("LogME", "", lambda row: _or_missing(row.log_me, ".2f")),
        ("million", "weights", lambda row: _or_missing(_millions(row), ".2f")),
        ("pass", "s", _feature_pass),
        ("float32", "MB", lambda row: _size(row.float32)),
        ("", "ms", lambda row: _latency(row.float32)),
        ("int8", "MB", lambda row: _size(row.int8)),
        ("", "ms", lambda row: _latency(row.int8)),
        ("", "acc.", lambda row: _or_missing(row.int8 and row.int8.accuracy, ".3f")),
        ("best", "files", best_variants),
    ]
    cells = [[title, how, *(cell(row) for row in rows)] for title, how, cell in columns]
    widths = [max(map(len, column)) for column in cells]
    lines = [
        " ".join(
            cell.rjust(width) if 0 < number < len(cells) - 1 else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in zip(*cells, strict=True)
    ]
    lines += [printable(f"{row.name} (random weights)") for row in rows if row.random_weights]
    return lines + [printable(f"{row.name}: {row.problem}") for row in rows if row.problem]


def _name(row: ComparedBackbone) -> str:
    name = printable(row.name)
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 1]}…"
    return name


def _accuracy(row: ComparedBackbone) -> str:
    if row.accuracy is None:
        return _MISSING
    if row.accuracy_interval is None:
        return f"{row.accuracy:.3f}"
    low, high = row.accuracy_interval
    return f"{row.accuracy:.3f} {low:.2f}-{high:.2f}".replace(" 0.", " .").replace("-0.", "-.")


def _millions(row: ComparedBackbone) -> float | None:
    return None if row.parameters is None else row.parameters / 1e6


def _feature_pass(row: ComparedBackbone) -> str:
    if row.accuracy is not None and row.feature_seconds is None:
        return "cached"
    return _or_missing(row.feature_seconds, ".1f")


def _size(metrics: DeviceMetrics | None) -> str:
    return _MISSING if metrics is None else _mark(metrics) + f"{metrics.bytes / 1e6:.2f}"


def _latency(metrics: DeviceMetrics | None) -> str:
    if metrics is None or metrics.latency_ms is None:
        return _MISSING
    return _mark(metrics) + f"{metrics.latency_ms:.2f}"


def _mark(metrics: DeviceMetrics) -> str:
    return "" if metrics.measured else "~"


def _or_missing(value: Any, form: str) -> str:
    return _MISSING if value is None else format(value, form)
