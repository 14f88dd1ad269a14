"""COCO's average precision, by pycocotools."""

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kerastl.tasks.object_detection.box_decoding import Boxes

_STRICTER = tuple(np.linspace(0.5, 0.95, 10).round(2).tolist())


@dataclass(frozen=True)
class AveragePrecision:
    """How well boxes were found, from 0 to 1.

    Attributes:
        strict: By class, the mean over intersections over union from .5 to .95; NaN for a class
            without a true box.
        at_half: By class, where an intersection over union of .5 suffices.
    """

    strict: np.ndarray
    at_half: np.ndarray

    @property
    def map(self) -> float:
        """COCO's mAP: the mean of `strict` over the classes; 0 where there is no true box."""
        return _mean(self.strict)

    @property
    def map50(self) -> float:
        """MAP@.5: the mean of `at_half` over the classes; 0 where there is no true box."""
        return _mean(self.at_half)


def average_precision(
    found: Sequence[Boxes], targets: Sequence[np.ndarray], classes: int, at_half_only: bool = False
) -> AveragePrecision:
    """Compare found boxes with true ones as COCO does, objects of every size together.

    Args:
        found: What was found in each image.
        targets: For each image rows of x1, y1, x2, y2 in the same pixels, and class; rows of
            class -1 are left out.
        classes: How many classes there are.
        at_half_only: Whether `strict` may be left as NaN, which saves nine tenths of the work.

    Returns:
        The metrics by class.

    Example:

    >>> boxes = Boxes(np.array([[0, 0, 9, 9.0]]), np.array([0]), np.array([0.9]))
    >>> round(average_precision([boxes], [np.array([[0, 0, 9, 9, 0.0]])], classes=1).map50, 6)
    1.0
    """
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    true = [row[row[:, 4] >= 0] for row in targets]
    nothing = np.full(classes, np.nan)
    if not sum(map(len, true)):
        return AveragePrecision(nothing, nothing)
    given = COCO()
    answers = COCO()
    kinds = [{"id": kind, "name": str(kind)} for kind in range(classes)]
    images = [{"id": index} for index in range(len(true))]
    given.dataset = {"images": images, "categories": kinds, "annotations": []}
    answers.dataset = {"images": images, "categories": kinds, "annotations": []}
    for index, (rows, answer) in enumerate(zip(true, found, strict=True)):
        for row in rows:
            _append(given.dataset["annotations"], index, row[:4], row[4])
        for box, kind, score in zip(*answer, strict=True):
            _append(answers.dataset["annotations"], index, box, kind, score)
    with contextlib.redirect_stdout(io.StringIO()):
        given.createIndex()
        answers.createIndex()
        evaluator = COCOeval(given, answers, "bbox")
        evaluator.params.iouThrs = np.array(_STRICTER[:1] if at_half_only else _STRICTER)
        evaluator.params.maxDets = [100]
        evaluator.params.areaRng, evaluator.params.areaRngLbl = [[0, 1e10]], ["all"]
        evaluator.evaluate()
        evaluator.accumulate()
    # (thresholds, recalls, classes, areas, limits), -1 for classes without a true box.
    precision = np.where((p := evaluator.eval["precision"][..., 0, 0]) < 0, np.nan, p)
    at_half = precision[0].mean(axis=0)
    return AveragePrecision(nothing if at_half_only else precision.mean(axis=(0, 1)), at_half)


def _append(
    rows: list[dict[str, object]], image: int, box: np.ndarray, kind: float, score: float = 1.0
) -> None:
    x, y, right, bottom = (float(value) for value in box)
    rows.append(
        {
            # Counted from 1: pycocotools takes 0 for no match.
            "id": len(rows) + 1,
            "image_id": image,
            "category_id": int(kind),
            "bbox": [x, y, right - x, bottom - y],
            "area": (right - x) * (bottom - y),
            "iscrowd": 0,
            "score": float(score),
        }
    )


def _mean(by_class: np.ndarray) -> float:
    known = by_class[~np.isnan(by_class)]
    return float(known.mean()) if len(known) else 0.0
