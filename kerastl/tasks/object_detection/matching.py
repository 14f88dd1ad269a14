"""Match found boxes with true boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kerastl.tasks.object_detection.box_decoding import Boxes

SURE = 0.3
"""Least score of a box that counts as an answer; see `ObjectDetection.predict`."""
_SAME = 0.5


@dataclass(frozen=True)
class Matches:
    """Which found box is which true box of one image.

    Attributes:
        of_truth: For each true box the position of the found box of its class that covers it, -1
            if there is none.
        of_found: For each found box the position of its true box, or -1.
        other_class: For each true box without a found one the position of a sure found box of
            another class at its place, or -1.
    """

    of_truth: np.ndarray
    of_found: np.ndarray
    other_class: np.ndarray


def overlaps(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return intersection over union of boxes, shape `(boxes of one, boxes of other)`."""
    a, b = one[:, None], other[None]
    shared = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    both = np.maximum(shared, 0).prod(axis=-1)
    areas = [(each[..., 2:] - each[..., :2]).prod(axis=-1) for each in (a, b)]
    return np.asarray(both / np.maximum(areas[0] + areas[1] - both, 1e-9))


def match_boxes(found: Boxes, boxes: np.ndarray, kinds: np.ndarray) -> Matches:
    """Match boxes at an intersection over union of at least .5, highest score first.

    Args:
        found: Found boxes, highest score first.
        boxes: True boxes of shape `(count, 4)`, in the same pixels.
        kinds: Their classes, integers of shape `(count,)`.

    Returns:
        The matches. Each box is in at most one.

    Example:

    >>> one = Boxes(np.array([[0, 0, 9, 9.0]]), np.array([1]), np.array([0.9]))
    >>> match_boxes(one, np.array([[0, 0, 9, 8.0]]), np.array([1])).of_truth.tolist()
    [0]
    """
    shared = overlaps(np.asarray(found.boxes).reshape(-1, 4), boxes)
    of_found, of_truth = np.full(len(shared), -1), np.full(len(boxes), -1)
    for place in range(len(shared)):
        free = np.where((of_truth < 0) & (kinds == found.classes[place]), shared[place], 0.0)
        if len(free) and free.max() >= _SAME:
            of_found[place], of_truth[free.argmax()] = free.argmax(), place
    other_class = np.full(len(boxes), -1)
    # A match below the threshold of an answer leaves its true box missed.
    missed = (of_truth < 0) | (np.append(found.scores, 0.0)[of_truth] < SURE)
    for truth in np.flatnonzero(missed):
        free = np.where((of_found < 0) & (found.scores >= SURE), shared[:, truth], 0.0)
        free[other_class[other_class >= 0]] = 0.0
        if len(free) and free.max() >= _SAME:
            other_class[truth] = free.argmax()
    return Matches(of_truth, of_found, other_class)
