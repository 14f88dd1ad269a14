"""Find boxes whose class looks wrong, and boxes that are doubled, tiny or outside."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.data.splits.box_split import BoxSplit
from kerastl.seeing.inspecting.all_examples import AllExamples
from kerastl.seeing.inspecting.labels.classes import class_evidence
from kerastl.seeing.inspecting.problem import Problem

_SAME = 0.8  # intersection over union of two boxes around one object
_LEAST_SIDE = 4.0  # pixels
_MARGIN = 0.1  # of a box's sides, around it


def box_problems(
    examples: AllExamples, whole: BoxSplit, backbone: Any, groups: np.ndarray, seed: int
) -> list[Problem]:
    """Report boxes by their geometry, and by a linear probe on what is inside.

    Args:
        examples: The images.
        whole: The same images with their boxes.
        backbone: The backbone that reads the inside of each box.
        groups: Group of each image; copies are held out together.
        seed: Seed of the folds.

    Returns:
        At most one problem of each sort for an image, the surest first.
    """
    problems = _geometry(examples, whole)
    crops, owners, kinds = [], [], []
    for index in range(len(whole)):
        for crop, kind in zip(_crops(whole, index), whole.kinds[index].tolist(), strict=True):
            if crop is not None:
                crops.append(crop)
                owners.append(index)
                kinds.append(kind)
    if not crops:
        return problems
    from kerastl.tasks.embedding.embedding import Embedding

    vectors = Embedding(backbone).embed(crops)
    labels = np.array(kinds, np.int64)
    centred = (vectors - vectors.mean(axis=0)).astype("float32")
    evidence = class_evidence(centred, labels, len(whole.class_names), groups[owners], seed)
    probable, seen = evidence.probable, set()
    for row in evidence.ranked().tolist():
        index = owners[row]
        if index in seen:
            continue
        seen.add(index)
        given = printable(whole.class_names[kinds[row]])
        other = printable(whole.class_names[int(evidence.best[row])])
        score = float((1 + evidence.margin[row]) / 2)
        detail = f"a box of {given} looks like {other}"
        problems.append(_problem(examples, index, detail, score, bool(probable[row])))
    return problems


def _crops(whole: BoxSplit, index: int) -> list[np.ndarray | None]:
    """Return the upright pixels inside each box of an image; None for a box without an area."""
    from kerastl.data.images.pillow_decoding import decode_with_pillow

    if not len(whole.boxes[index]):
        return []
    pixels = decode_with_pillow(whole.inputs.encoded(index), whole.inputs.name(index))
    height, width = pixels.shape[:2]
    crops: list[np.ndarray | None] = []
    for x1, y1, x2, y2 in whole.boxes[index].tolist():
        across, down = _MARGIN * (x2 - x1), _MARGIN * (y2 - y1)
        left, top = max(0, int(x1 - across)), max(0, int(y1 - down))
        right, bottom = min(width, int(x2 + across) + 1), min(height, int(y2 + down) + 1)
        has_area = right > left and bottom > top
        crops.append(np.ascontiguousarray(pixels[top:bottom, left:right]) if has_area else None)
    return crops


def _geometry(examples: AllExamples, whole: BoxSplit) -> list[Problem]:
    problems = []
    for index, (boxes, kinds, size) in enumerate(
        zip(whole.boxes, whole.kinds, whole.sizes, strict=True)
    ):
        reasons = []
        overlap = _overlaps(boxes)
        np.fill_diagonal(overlap, 0.0)
        same = (overlap > _SAME) & (kinds[:, None] == kinds)
        if same.any():
            reasons.append(f"{int(same.any(axis=1).sum())} boxes around one object")
        sides = boxes[:, 2:] - boxes[:, :2]
        if tiny := int(
            (sides.min(axis=1, initial=np.inf) < _LEAST_SIDE).sum() if len(sides) else 0
        ):
            reasons.append(f"{tiny} boxes with a side of less than {_LEAST_SIDE:g} pixels")
        outside = (boxes[:, :2] < -1).any(axis=1) | (boxes[:, 2:] > np.asarray(size) + 1).any(
            axis=1
        )
        if outside.any():
            reasons.append(f"{int(outside.sum())} boxes that leave the image")
        if reasons:
            problems.append(_problem(examples, index, " and ".join(reasons), 1.0, True))
    return problems


def _overlaps(boxes: np.ndarray) -> np.ndarray:
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    common = np.maximum(high - low, 0).prod(axis=2)
    areas = np.maximum(boxes[:, 2:] - boxes[:, :2], 0).prod(axis=1)
    return common / np.maximum(areas[:, None] + areas[None] - common, 1e-9)


def _problem(
    examples: AllExamples, index: int, detail: str, score: float, probable: bool
) -> Problem:
    return Problem(
        "label",
        examples.key(index),
        examples.split(index),
        detail=detail,
        score=score,
        index=index,
        probable=probable,
    )
