"""Decode a detector's scores to boxes, with NumPy only."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kerastl.tasks.object_detection.anchors import Anchors

VARIANCES = (0.1, 0.1, 0.2, 0.2)
"""What moves of a box's centre and of its size are divided by, which makes them about as large."""


class Boxes(NamedTuple):
    """The boxes found in one image, highest score first.

    Attributes:
        boxes: Shape `(count, 4)`: x1, y1, x2, y2 in pixels of the model's input.
        classes: Shape `(count,)`, integers.
        scores: Shape `(count,)`, from 0 to 1.
    """

    boxes: np.ndarray
    classes: np.ndarray
    scores: np.ndarray


@dataclass(frozen=True)
class BoxDecoder:
    """Decode the scores of a `DetectionHead` and keep one box for each object.

    Non-maximum suppression goes class by class: a box goes where a surer one of its class covers
    more than `overlap` of what both cover together.

    Args:
        anchors: The anchors of the head.
        least_score: Boxes with a lower score are left out. Defaults to 0.05.
        overlap: Intersection over union above which two boxes are of one object. Defaults to 0.5.
        most_boxes: The most that are kept in an image. Defaults to 100.

    Example:

    >>> decoder = BoxDecoder(Anchors((32, 32), (32,)))
    >>> scores = np.full((1, 9, 5), -9.0)
    >>> scores[0, 4] = [0, 0, 0, 0, 9]
    >>> decoder.decode(scores)[0].boxes.shape
    (1, 4)
    """

    anchors: Anchors
    least_score: float = 0.05
    overlap: float = 0.5
    most_boxes: int = 100

    def decode(self, scores: np.ndarray) -> list[Boxes]:
        """Find the objects in each image.

        Args:
            scores: Shape `(images, anchors, 4 + classes)`, as the head gives them.

        Returns:
            One entry an image.
        """
        anchors = self.anchors.boxes()
        return [self._decode_one(rows, anchors) for rows in np.asarray(scores, np.float32)]

    def _decode_one(self, rows: np.ndarray, anchors: np.ndarray) -> Boxes:
        boxes = place(rows[:, :4], anchors, self.anchors.image_size)
        # tanh does not overflow where exp does.
        sure = 0.5 * (1 + np.tanh(rows[:, 4:] / 2))
        found = []
        for kind in range(sure.shape[1]):
            candidates = np.flatnonzero(sure[:, kind] > self.least_score)
            order = candidates[np.argsort(-sure[candidates, kind], kind="stable")]
            kept = order[suppress(boxes[order], self.overlap, self.most_boxes)]
            found.append(Boxes(boxes[kept], np.full(len(kept), kind), sure[kept, kind]))
        joined = Boxes(*(np.concatenate(each) for each in zip(*found, strict=True)))
        best = np.argsort(-joined.scores, kind="stable")[: self.most_boxes]
        return Boxes(joined.boxes[best], joined.classes[best], joined.scores[best])


def place(moves: np.ndarray, anchors: np.ndarray, image_size: tuple[int, int]) -> np.ndarray:
    """Move anchors to where the head says that objects are, cut at the image's edge.

    Args:
        moves: Shape `(anchors, 4)`: of the centre, in tenths of the anchor's sides, and of the
            sides, in fifths of a natural logarithm.
        anchors: Shape `(anchors, 4)`, x1, y1, x2, y2.
        image_size: `(height, width)` in pixels.

    Returns:
        Shape `(anchors, 4)`, x1, y1, x2, y2 in pixels.
    """
    sides = anchors[:, 2:] - anchors[:, :2]
    centres = anchors[:, :2] + sides / 2
    moves = moves * np.array(VARIANCES, np.float32)
    centres = centres + moves[:, :2] * sides
    half = sides * np.exp(np.minimum(moves[:, 2:], 10)) / 2
    height, width = image_size
    edges = np.array([width, height, width, height], np.float32)
    return np.asarray(np.clip(np.concatenate([centres - half, centres + half], 1), 0, edges))


def suppress(boxes: np.ndarray, overlap: float, most: int) -> list[int]:
    """Return the places of the boxes that no surer one covers.

    Args:
        boxes: Shape `(count, 4)`, highest score first.
        overlap: Largest intersection over union with a box that is kept.
        most: How many are kept at most.
    """
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    left = np.arange(len(boxes))
    kept: list[int] = []
    while len(left) and len(kept) < most:
        first, left = left[0], left[1:]
        kept.append(int(first))
        shared = np.minimum(boxes[left, 2:], boxes[first, 2:])
        shared = np.maximum(shared - np.maximum(boxes[left, :2], boxes[first, :2]), 0)
        both = shared[:, 0] * shared[:, 1]
        union = np.maximum(areas[left] + areas[first] - both, 1e-9)
        left = left[both / union <= overlap]
    return kept
