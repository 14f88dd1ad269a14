"""Find boxes that are missing, of a wrong class, in a wrong place, doubled, tiny or outside."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.data.assembly.label_text import boxes_text
from kerastl.data.splits.box_split import BoxSplit
from kerastl.seeing.inspecting.all_examples import AllExamples
from kerastl.seeing.inspecting.labels.box_contents import boxes_of_other_classes
from kerastl.seeing.inspecting.labels.box_places import misplaced_boxes
from kerastl.seeing.inspecting.problem import Problem
from kerastl.tasks.object_detection.matching import overlaps

_SAME = 0.8  # intersection over union of two boxes around one object
_LEAST_SIDE = 4.0  # pixels
# Most suggestions above these scores are right (benchmarks/box_errors.py).
SURE_MISSING = 0.4
SURE_MOVED = 0.5


@dataclass(frozen=True)
class _Change:
    """A probable mistake in the boxes of an image, and how to correct it.

    Attributes:
        detail: What is wrong.
        score: How sure it is, from 0 to 1.
        probable: Whether it is no mere candidate.
        box: Number of the box; None for one that is missing.
        kind: The class that the box should have; None to keep it, -1 to remove the box.
        place: x1, y1, x2 and y2 that the box should have; None to keep them.
    """

    detail: str
    score: float
    probable: bool
    box: int | None = None
    kind: int | None = None
    place: tuple[float, ...] | None = None


def box_problems(
    examples: AllExamples, whole: BoxSplit, backbone: Any, groups: np.ndarray, seed: int
) -> list[Problem]:
    """Report boxes by their geometry, their contents, and the objects on feature maps.

    Args:
        examples: The images.
        whole: The same images with their boxes.
        backbone: The backbone that reads the images, and the inside of each box.
        groups: Group of each image; copies are held out together.
        seed: Seed of the folds.

    Returns:
        At most one problem for each image, with all its mistakes, the surest first.
    """
    changes: dict[int, list[_Change]] = defaultdict(list)
    for found in (
        _geometry(whole),
        _other_classes(whole, backbone, groups, seed),
        _other_places(whole, backbone, groups, seed),
    ):
        for index, change in found:
            changes[index].append(change)
    problems = [_problem(examples, whole, index, found) for index, found in changes.items()]
    return sorted(problems, key=lambda each: (not each.probable, -each.score))


def _other_classes(
    whole: BoxSplit, backbone: Any, groups: np.ndarray, seed: int
) -> Iterator[tuple[int, _Change]]:
    """Compare the content of each box with those of other boxes."""
    for each in boxes_of_other_classes(whole, backbone, groups, seed):
        given = printable(whole.class_names[int(whole.kinds[each.image][each.box])])
        detail = f"a box of {given} looks like {printable(whole.class_names[each.kind])}"
        yield each.image, _Change(detail, each.score, each.probable, each.box, each.kind)


def _other_places(
    whole: BoxSplit, backbone: Any, groups: np.ndarray, seed: int
) -> Iterator[tuple[int, _Change]]:
    """Compare the places of boxes with those of the objects on feature maps."""
    for each in misplaced_boxes(whole, backbone, groups, seed):
        name = printable(whole.class_names[each.kind])
        if each.box is None:
            probable = each.score > SURE_MISSING
            detail = f"{name} without a box"
            yield each.image, _Change(detail, each.score, probable, None, each.kind, each.place)
        elif each.score > SURE_MOVED:
            detail = f"the box of {name} is not around it"
            yield each.image, _Change(detail, each.score, True, each.box, None, each.place)


def _geometry(whole: BoxSplit) -> Iterator[tuple[int, _Change]]:
    for index, (boxes, kinds, size) in enumerate(
        zip(whole.boxes, whole.kinds, whole.sizes, strict=True)
    ):
        overlap = np.triu(overlaps(boxes, boxes), 1)
        same = (overlap > _SAME) & (kinds[:, None] == kinds)
        for number in np.flatnonzero(same.any(axis=0)).tolist():
            name = printable(whole.class_names[kinds[number]])
            yield index, _Change(f"two boxes around one {name}", 1.0, True, number, -1)
        sides = boxes[:, 2:] - boxes[:, :2]
        for number in np.flatnonzero(sides.min(axis=1, initial=np.inf) < _LEAST_SIDE).tolist():
            detail = f"a box with a side of less than {_LEAST_SIDE:g} pixels"
            yield index, _Change(detail, 1.0, True, number, -1)
        limits = np.tile(np.asarray(size), 2)
        outside = ((boxes < -1) | (boxes > limits + 1)).any(axis=1)
        for number in np.flatnonzero(outside).tolist():
            place = tuple(np.clip(boxes[number], 0, limits).tolist())
            detail = "a box that leaves the image"
            yield index, _Change(detail, 1.0, True, number, None, place)


def _problem(examples: AllExamples, whole: BoxSplit, index: int, found: list[_Change]) -> Problem:
    """Return the mistakes of an image as one problem, as a table can correct it only once."""
    sure = [each for each in found if each.probable] or found
    counts = Counter(each.detail for each in sure)
    details = [detail if count == 1 else f"{count} x {detail}" for detail, count in counts.items()]
    return Problem(
        "label",
        examples.key(index),
        examples.split(index),
        examples.given(index),
        _mended(whole, index, sure),
        ", ".join(details),
        max(each.score for each in sure),
        index,
        probable=any(each.probable for each in sure),
    )


def _mended(whole: BoxSplit, index: int, changes: list[_Change]) -> str:
    boxes = list(whole.boxes[index])
    kinds: list[Any] = whole.kinds[index].tolist()
    for each in changes:
        if each.box is None:
            boxes.append(np.array(each.place))
            kinds.append(each.kind)
            continue
        if each.place is not None:
            boxes[each.box] = np.array(each.place)
        if each.kind is not None and kinds[each.box] != -1:
            kinds[each.box] = each.kind
    left = [number for number, kind in enumerate(kinds) if kind != -1]
    rounded = [np.round(boxes[number], 1) for number in left]
    return boxes_text(whole.class_names, rounded, [kinds[number] for number in left])
