"""Results as the outputs of a served model, under the names that the SavedModel has."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from kerastl.tasks.classification.prediction import Prediction
from kerastl.tasks.multi_label.prediction import MultiLabelPrediction
from kerastl.tasks.regression.prediction import RegressionPrediction

LOWEST = float(np.finfo(np.float32).min)
"""What stands for a number where an instance has no answer: JSON has no NaN."""
UNTOLD = {"unfamiliarity": LOWEST, "is_unknown": False}
"""The outputs about unknown inputs of an instance that has an error."""


def columns(result: Any, labels: tuple[str, ...], size: tuple[int, int] | None) -> dict[str, Any]:
    """Return the outputs of one instance by name.

    Args:
        result: What `BundleModel.predict` gives for one input.
        labels: The labels of the model.
        size: Width and height of the image, by which boxes are divided; None for texts.

    Returns:
        JSON values. A SavedModel has the same names, except for entities and the raw scores of
        boxes.
    """
    names = list(labels)
    if isinstance(result, Prediction):
        scores = list(result.probabilities.values())
        # As in a SavedModel, the label is that of the highest score for unknown inputs, too.
        best = names[int(np.argmax(scores))]
        row: dict[str, Any] = {"label": best, "scores": scores, "labels": names}
        if result.unfamiliarity is not None:
            row |= {"unfamiliarity": result.unfamiliarity, "is_unknown": result.is_unknown}
        return row
    if isinstance(result, MultiLabelPrediction):
        scores = list(result.probabilities.values())
        return {"given": [name in result.labels for name in names], "scores": scores,
                "labels": names}  # fmt: skip
    if isinstance(result, RegressionPrediction):
        low, high = zip(*(result.intervals[name] for name in names), strict=True)
        return {"scores": [result.values[name] for name in names], "low": _finite(low),
                "high": _finite(high), "targets": names}  # fmt: skip
    if isinstance(result, np.ndarray):
        return {"scores": result.tolist()}
    if size is None:
        return {"entities": [asdict(each) for each in result]}
    edges = np.tile(np.array(size), 2)
    return {
        "boxes": [(np.array(each.box) / edges).tolist() for each in result],
        "box_labels": [each.label for each in result],
        "box_scores": [each.score for each in result],
        "count": len(result),
    }


def no_answer(task: str, labels: tuple[str, ...], width: int) -> dict[str, Any]:
    """Return the outputs of an instance that has an error; none can be taken for an answer.

    Args:
        task: The task of the model.
        labels: The labels of the model.
        width: The last size of the scores.
    """
    names, lowest = list(labels), [LOWEST] * width
    if task == "object_detection":
        return {"boxes": [], "box_labels": [], "box_scores": [], "count": 0}
    if task == "token_classification":
        return {"entities": []}
    if task == "embedding":
        return {"scores": lowest}
    if task.endswith("_regression"):
        return {"scores": lowest, "low": lowest, "high": lowest, "targets": names}
    if task.endswith("_multi_label_classification"):
        return {"given": [False] * width, "scores": lowest, "labels": names}
    return {"label": "", "scores": lowest, "labels": names}


def _finite(numbers: Any) -> list[float]:
    """Return numbers that JSON can hold: the interval of too few examples is infinite."""
    limits = np.finfo(np.float32)
    return [float(each) for each in np.clip(numbers, limits.min, limits.max)]
