"""What the page shows of a prediction, as JSON values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerastl.basics.printable import printable, printable_lines
from kerastl.tasks.classification.prediction import Prediction
from kerastl.tasks.multi_label.prediction import MultiLabelPrediction
from kerastl.tasks.regression.prediction import RegressionPrediction

TOP = 5
"""The most classes that are shown."""
LEAST_SCORE = 0.3
"""Boxes with a lower score are not shown."""


def shown(result: Any, text: str | None, size: tuple[int, int] | None) -> dict[str, Any]:
    """Return what the page shows of one prediction.

    Args:
        result: One element of what `predict` returns.
        text: The text; None for an image.
        size: Width and height of the upright image; None for a text.

    Returns:
        JSON values, with the kind of answer as `kind`. Names are texts to show, not markup.
    """
    if isinstance(result, Prediction):
        rows = _rows(result.probabilities)[:TOP]
        # A prediction without a label is of no class.
        label = None if result.label is None else printable(result.label)
        return {"kind": "classes", "label": label, "rows": rows}
    if isinstance(result, MultiLabelPrediction):
        given = {printable(name) for name in result.labels}
        rows = [{**row, "given": row["name"] in given} for row in _rows(result.probabilities)]
        few = [row for place, row in enumerate(rows) if row["given"] or place < TOP]
        return {"kind": "labels", "rows": few}
    if isinstance(result, RegressionPrediction):
        return {"kind": "numbers", "rows": [_number(result, name) for name in result.values]}
    if text is not None:
        return {"kind": "entities", "parts": _entities(text, result), "count": len(result)}
    assert size is not None
    return {"kind": "boxes", **_boxes(result, size)}


def weighted_words(text: str, words: np.ndarray, weights: np.ndarray) -> list[dict[str, Any]]:
    """Return a text in parts, each with its weight from -1 to 1.

    Args:
        text: The text.
        words: Offsets of the words, shape `(words, 2)`.
        weights: The weight of each word.
    """
    largest = float(np.abs(weights).max(initial=0.0)) or 1.0
    parts: list[dict[str, Any]] = []
    reached = 0
    for (start, end), weight in zip(words.tolist(), weights.tolist(), strict=True):
        parts.append({"text": printable_lines(text[reached:start]), "weight": 0.0})
        parts.append({"text": printable_lines(text[start:end]), "weight": weight / largest})
        reached = end
    parts.append({"text": printable_lines(text[reached:]), "weight": 0.0})
    return [part for part in parts if part["text"]]


def _rows(probabilities: dict[str, float]) -> list[dict[str, Any]]:
    ordered = sorted(probabilities.items(), key=lambda each: -each[1])
    return [{"name": printable(name), "value": value} for name, value in ordered]


def _number(result: RegressionPrediction, name: str) -> dict[str, Any]:
    low, high = result.intervals[name]
    known = math.isfinite(low) and math.isfinite(high)
    between = f"{low:.4g} to {high:.4g}" if known else "not known: too few examples"
    return {"name": printable(name), "value": f"{result.values[name]:.4g}", "interval": between}


def _entities(text: str, found: Sequence[Any]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    reached = 0
    for each in found:
        parts.append({"text": printable_lines(text[reached : each.start])})
        label = f"{printable(each.label)} {each.score:.2f}"
        parts.append({"text": printable_lines(each.text), "label": label})
        reached = each.end
    parts.append({"text": printable_lines(text[reached:])})
    return [part for part in parts if part["text"]]


def _boxes(found: Sequence[Any], size: tuple[int, int]) -> dict[str, Any]:
    edges = np.tile(np.array(size, "float64"), 2)
    clear = [each for each in found if each.score >= LEAST_SCORE]
    names = sorted({each.label for each in clear})
    rows = [
        {
            "name": printable(each.label),
            "value": each.score,
            "colour": names.index(each.label),
            # As shares of the image, whatever size it is shown in.
            "box": np.clip(np.array(each.box) / edges, 0.0, 1.0).round(5).tolist(),
        }
        for each in clear
    ]
    return {"rows": rows, "weaker": len(found) - len(clear)}
