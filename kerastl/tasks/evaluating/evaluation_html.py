"""An evaluation as HTML for notebooks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kerastl.seeing.notebook.markup import Html, page_part, paragraphs, table
from kerastl.tasks.evaluating.evaluated_example import EvaluatedExample
from kerastl.tasks.evaluating.example_views import example_cards
from kerastl.tasks.evaluating.intervals import Interval


def evaluation_html(
    title: str,
    metrics: Mapping[str, float],
    intervals: Mapping[str, Interval],
    groups: Mapping[str, Any],
    group_intervals: Mapping[str, Mapping[str, Interval]],
    worst: Sequence[EvaluatedExample],
    remarks: Sequence[str],
) -> Html:
    """Return the metrics with their intervals, those of each class, and the worst examples.

    Args:
        title: The first line.
        metrics: Metrics of the whole split, by name.
        intervals: Their intervals.
        groups: Metrics of each class, label, target or type: dataclasses of numbers.
        group_intervals: Their intervals.
        worst: The examples that are shown.
        remarks: Lines below.
    """
    rows = [[_named(name), _number(value, intervals.get(name))] for name, value in metrics.items()]
    parts: list[str] = [table(["metric", "value (95 % interval)"], rows)]
    if groups:
        columns = list(asdict(next(iter(groups.values()))))
        lines = [
            [
                name,
                *(
                    _number(getattr(each, column), group_intervals.get(name, {}).get(column))
                    for column in columns
                ),
            ]
            for name, each in groups.items()
        ]
        parts.append(table(["", *map(_named, columns)], lines))
    if worst:
        parts += ["<h4>Worst examples</h4>", example_cards(worst)]
    return page_part(title, *parts, paragraphs(remarks))


def _named(name: str) -> str:
    return name.replace("_", " ")


def _number(value: float, interval: Interval | None) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    told = f"{value:.3f}" if abs(value) < 100 else f"{value:.4g}"
    if interval is None or math.isnan(interval[0]):
        return told
    low, high = interval
    form = "{:.3f} to {:.3f}" if abs(value) < 100 else "{:.4g} to {:.4g}"
    return f"{told} ({form.format(low, high)})"
