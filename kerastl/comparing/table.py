"""A comparison as lines of text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerastl.comparing.compared_backbone import ComparedBackbone, DeviceMetrics
    from kerastl.comparing.comparison import Comparison

_MISSING = "-"


def written_table(comparison: Comparison) -> str:
    """Write a comparison as a table, with how each column came about.

    Args:
        comparison: What was found.

    Returns:
        The lines. An estimate of a file that was not made begins with `~`.
    """
    on_frontier = {(id(row), variant) for row, variant, _ in comparison.frontier}

    def names(row: ComparedBackbone) -> str:
        found = [v for v in ("float32", "int8") if (id(row), v) in on_frontier]
        return ", ".join(found) or _MISSING

    columns: list[tuple[str, str, Callable[[ComparedBackbone], str]]] = [
        ("backbone", "", lambda row: row.name + " (random weights)" * row.random_weights),
        ("accuracy", "measured", lambda row: _or_missing(row.accuracy, ".3f")),
        ("95 % interval", "measured", _interval),
        ("LogME", "estimate", lambda row: _or_missing(row.log_me, ".3f")),
        ("parameters", "counted", lambda row: _or_missing(row.parameters, ",")),
        ("feature pass s", "measured", _pass),
        ("float32 MB", "measured", lambda row: _size(row.float32)),
        ("ms", "measured", lambda row: _latency(row.float32)),
        ("int8 MB", "measured", lambda row: _size(row.int8)),
        ("ms", "measured", lambda row: _latency(row.int8)),
        ("accuracy", "measured", lambda row: _or_missing(row.int8 and row.int8.accuracy, ".3f")),
        ("frontier", "computed", names),
    ]
    cells = [[title, how, *(tell(row) for row in comparison.rows)] for title, how, tell in columns]
    widths = [max(map(len, column)) for column in cells]
    lines = [
        "  ".join(
            cell.rjust(width) if 0 < number < len(cells) - 1 else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in zip(*cells, strict=True)
    ]
    lines += [f"{row.name}: {row.problem}" for row in comparison.rows if row.problem]
    lines.append(
        f"Accuracy of the solved linear probe on {comparison.validation_examples} validation "
        f"examples, trained on {comparison.training_examples}; ranked in "
        f"{comparison.ranking_seconds:.1f} s."
    )
    devices = [each for row in comparison.rows for each in (row.float32, row.int8) if each]
    if any(each.measured for each in devices):
        lines.append(
            "LiteRT files of backbone and probe, one example on one thread of this machine; made "
            f"and run in {comparison.export_seconds:.1f} s."
        )
    if any(not each.measured for each in devices):
        lines.append(
            "~ is an estimate: 4 bytes a parameter, and an example's share of the feature pass, "
            "which ran on all cores and read the examples."
        )
    return "\n".join(lines)


def _interval(row: ComparedBackbone) -> str:
    if row.accuracy_interval is None:
        return _MISSING
    low, high = row.accuracy_interval
    return f"{low:.3f} to {high:.3f}"


def _pass(row: ComparedBackbone) -> str:
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


def _or_missing(value: Any, how: str) -> str:
    return _MISSING if value is None else format(value, how)
