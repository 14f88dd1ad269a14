"""The part of a report about metrics: of the whole split, of each class, and confusions."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from kerastl.seeing.drawing.confusion import MOST_CLASSES, draw_confusion
from kerastl.seeing.drawing.figure import has_matplotlib
from kerastl.seeing.drawing.numbers import draw_numbers
from kerastl.seeing.drawing.reliability import draw_reliability
from kerastl.seeing.drawing.svg import to_svg
from kerastl.seeing.page.parts import drawing
from kerastl.seeing.report.run import ReportedRun, cells_of, named

_MOST_ROWS = 60
_MOST_PAIRS = 12
_BINS = 10
_MOST_TARGETS = 6
_FEWEST_FOR_CALIBRATION = 30


def metrics_part(run: ReportedRun) -> dict[str, Any]:
    """Describe an evaluation.

    Args:
        run: The run, with an evaluation.

    Returns:
        Values for the template.
    """
    evaluation, intervals = run.evaluation, run.evaluation.intervals
    rows = []
    for name, value in run.metrics.items():
        low, high = intervals.get(name, (float("nan"), float("nan")))
        spread = "" if low != low else f"{low:.3f} to {high:.3f}"
        rows.append({"cells": (named(name), f"{value:.3f}", spread)})
    confused = _confusions(evaluation)
    return {
        "on": run.evaluated_on,
        "note": evaluation.note,
        "rows": rows,
        **_groups(run),
        "drawings": _drawings(run) if has_matplotlib() else [],
        "confused": confused,
        "threshold": _threshold(evaluation.results),
    }


def _groups(run: ReportedRun) -> dict[str, Any]:
    groups = run.groups
    if not groups:
        return {"head": (), "groups": [], "groups_more": 0}
    intervals = run.evaluation.group_intervals
    names = [each.name for each in fields(next(iter(groups.values())))]
    order = sorted(groups, key=lambda name: _worst_first(groups[name]))
    rows = []
    for name in order[:_MOST_ROWS]:
        values = [getattr(groups[name], each) for each in names]
        spans = intervals.get(name, {})
        cells = [
            _with_interval(cell, spans.get(metric))
            for metric, cell in zip(names, cells_of(values), strict=True)
        ]
        rows.append({"cells": (name, *cells)})
    head = ("name", *map(named, names))
    return {"head": head, "groups": rows, "groups_more": len(order) - _MOST_ROWS}


def _with_interval(cell: str, interval: tuple[float, float] | None) -> str:
    if interval is None or any(end != end for end in interval):
        return cell
    low, high = cells_of(interval, 2)
    return f"{cell} ({low} to {high})"


def _worst_first(metrics: Any) -> float:
    for name in ("f1", "average_precision", "r2"):
        value = getattr(metrics, name, None)
        if value is not None and value == value:
            return float(value)
    return 0.0


def _confusions(evaluation: Any) -> list[dict[str, Any]]:
    if not hasattr(evaluation, "confusions"):
        return []
    return [
        {"cells": (each.truth, each.predicted, f"{each.count:,}", f"{each.share:.0%}")}
        for each in evaluation.confusions(_MOST_PAIRS)
    ]


def _drawings(run: ReportedRun) -> list[dict[str, Any]]:
    evaluation, results = run.evaluation, run.evaluation.results
    drawn = []
    confusion = getattr(evaluation, "confusion", None)
    if confusion is not None and len(evaluation.class_names) > 1:
        svg = to_svg(
            draw_confusion(confusion, evaluation.class_names), "confusion matrix: true by predicted"
        )
        many = len(evaluation.class_names) > MOST_CLASSES
        caption = "Rows are true, columns are predicted; the colour is the share of the row."
        if many:
            caption += f" Of all classes, the {MOST_CLASSES} with the most mistakes are shown."
        width = max(24, 14 + 2 * min(len(evaluation.class_names), MOST_CLASSES))
        drawn.append(drawing(svg, caption, width=min(width, 46)))
    if hasattr(results, "confidence") and len(results) >= _FEWEST_FOR_CALIBRATION:
        points = reliability(results.confidence, results.correct)
        svg = to_svg(draw_reliability(points), "reliability diagram: share right over confidence")
        caption = "Bars below the dashed line: the model is surer than it should be."
        drawn.append(drawing(svg, caption, width=28))
    if hasattr(results, "numbers"):
        for column, name in enumerate(list(run.groups)[:_MOST_TARGETS]):
            true, guesses = results.numbers[:, column], results.guesses[:, column]
            svg = to_svg(draw_numbers(true, guesses, name), f"predicted over true {name}")
            drawn.append(drawing(svg, width=26))
    return drawn


def reliability(confidence: np.ndarray, correct: np.ndarray) -> list[tuple[float, float, int]]:
    """Return the points of a reliability diagram.

    Args:
        confidence: Probability of each predicted class, shape `(examples,)`.
        correct: Whether each is right, shape `(examples,)`.

    Returns:
        Mean confidence, share of right answers and number of examples of each of ten bins that
        has examples.
    """
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    return [
        (
            float(confidence[bins == number].mean()),
            float(correct[bins == number].mean()),
            int((bins == number).sum()),
        )
        for number in np.unique(bins)
    ]


def _threshold(results: Any) -> str:
    """Return a sentence about the best threshold of a classifier of two classes."""
    names: Any = getattr(results, "class_names", ())
    if not hasattr(results, "true_probability") or len(names) != 2:
        return ""
    positive = np.where(results.labels == 1, results.true_probability, 1 - results.true_probability)
    order = np.argsort(-positive)
    hits = np.cumsum(results.labels[order] == 1)
    total = int(hits[-1])
    if not 0 < total < len(order):
        return ""
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + total)
    best = int(np.argmax(f1))
    if best == len(order) - 1:
        return ""  # no threshold is better than calling every example positive
    at_half = int((positive >= 0.5).sum())
    plain = float(f1[at_half - 1]) if at_half else 0.0
    return (
        f"The best threshold for {names[1]} on these examples is {positive[order[best]]:.2f}, with "
        f"an F1 of {f1[best]:.3f}; at .5 it is {plain:.3f}. A threshold that is chosen on the "
        "examples that measure it looks better than it is."
    )
