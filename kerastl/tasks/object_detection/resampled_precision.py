"""Bootstrap samples of average precision."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kerastl.tasks.evaluating.intervals import weights_of_samples
from kerastl.tasks.object_detection.box_decoding import Boxes
from kerastl.tasks.object_detection.matching import overlaps

_RESAMPLES = 200
_THRESHOLDS = np.linspace(0.5, 0.95, 10).round(2)
_RECALLS = np.linspace(0.0, 1.0, 101)


def resampled_precision(
    found: Sequence[Boxes], true: Sequence[np.ndarray], classes: int
) -> np.ndarray:
    """Return the average precision of each class in bootstrap samples of the images.

    Boxes are matched once. A sample counts the matches of an image as often as it was drawn.

    Args:
        found: Found boxes of each image, highest score first.
        true: True boxes of each image: x1, y1, x2, y2 and class.
        classes: Number of classes.

    Returns:
        float64 of shape `(samples, classes, 10)`, by intersection over union from .5 to .95; NaN
        where a sample has no box of a class.
    """
    matched = [_matched(found, true, kind) for kind in range(classes)]
    return np.array(
        [
            [average_precision_of(*each, row) for each in matched]
            for weights in weights_of_samples(len(true), _RESAMPLES)
            for row in weights
        ]
    )


def average_precision_of(
    images: np.ndarray, right: np.ndarray, boxes: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return COCO's average precision of one class, with a weight for each image.

    Args:
        images: The image of each found box, by descending score.
        right: Whether it is right, shape `(10, found boxes)`.
        boxes: Number of true boxes of each image.
        weights: Weight of each image.

    Returns:
        float64 of shape `(10,)`.
    """
    total = boxes @ weights
    if not total:
        return np.full(len(_THRESHOLDS), np.nan)
    counted = weights[images]
    hits = (right * counted).cumsum(axis=1)
    precision = hits / np.maximum(counted.cumsum(), 1e-9)
    # The precision at a recall is the best one at that recall or a higher one.
    envelope = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    found = np.zeros(len(_THRESHOLDS))
    for place, (recall, best) in enumerate(zip(hits / total, envelope, strict=True)):
        reached = np.searchsorted(recall, _RECALLS, side="left")
        found[place] = np.append(best, 0.0)[reached].mean()
    return found


def _matched(
    found: Sequence[Boxes], true: Sequence[np.ndarray], kind: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    images, scores, right = [], [], []
    for index, (each, rows) in enumerate(zip(found, true, strict=True)):
        mine, given = each.classes == kind, rows[rows[:, 4] == kind, :4]
        shared = overlaps(each.boxes[mine].reshape(-1, 4), given)
        images.append(np.full(len(shared), index))
        scores.append(each.scores[mine])
        right.append(_right(shared))
    order = np.argsort(-np.concatenate(scores), kind="stable")
    boxes = np.array([(rows[:, 4] == kind).sum() for rows in true], "float64")
    return np.concatenate(images)[order], np.concatenate(right, axis=1)[:, order], boxes


def _right(shared: np.ndarray) -> np.ndarray:
    """Match found boxes in their order with the free true box that they cover best."""
    right = np.zeros((len(_THRESHOLDS), len(shared)), bool)
    if not shared.shape[1]:
        return right
    for place, least in enumerate(_THRESHOLDS):
        free = np.ones(shared.shape[1], bool)
        for box, row in enumerate(shared):
            best = np.where(free, row, -1.0).argmax()
            if free[best] and row[best] >= least:
                right[place, box], free[best] = True, False
    return right
