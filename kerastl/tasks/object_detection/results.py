"""The results of an object detector for single images."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.tasks.evaluating.confusion import NOTHING
from kerastl.tasks.evaluating.part_results import PartResults
from kerastl.tasks.object_detection.box_decoding import Boxes
from kerastl.tasks.object_detection.matching import SURE, match_boxes
from kerastl.tasks.object_detection.prediction import Detection

if TYPE_CHECKING:
    from kerastl.data.splits.box_split import BoxSplit


class BoxResults(PartResults):
    """The true and the found boxes of every image.

    The loss of an image is the sum of the scores of its false boxes, of 1 for each object that is
    missed, and of 1 minus the score of each right box. An image is right if its boxes with a score
    of at least 0.3 are exactly its objects, at an intersection over union of .5.

    Args:
        found: Found boxes of each image, highest score first.
        targets: For each image rows of x1, y1, x2, y2 in the same pixels, and class; -1 in rows
            without a box.
        class_names: The classes in order.
        split: The images, or None. Defaults to None.
        image_size: `(height, width)` of the images whose pixels the boxes are in. Defaults to None:
            the images' own.

    Attributes:
        found: Found boxes of each image.
        true: True boxes of each image: x1, y1, x2, y2 and class.
        matches: Matches of both, one for each image.
    """

    split: BoxSplit | None
    score_name = "score"

    def __init__(
        self,
        found: Sequence[Boxes],
        targets: Sequence[np.ndarray],
        class_names: Sequence[str],
        split: BoxSplit | None = None,
        image_size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(split)
        self.class_names = tuple(class_names)
        self.image_size = image_size
        self.found = list(found)
        self.true = [rows[rows[:, 4] >= 0] for rows in targets]
        self.matches = [
            match_boxes(each, rows[:, :4], rows[:, 4].astype(int))
            for each, rows in zip(self.found, self.true, strict=True)
        ]
        self.losses = np.array([self._loss(index) for index in range(len(self.found))])
        self.correct = np.array([not self.mistakes(i) for i in range(len(self.found))], bool)

    def _loss(self, index: int) -> float:
        scores, matches = self.found[index].scores, self.matches[index]
        each = np.where(matches.of_found >= 0, 1.0 - scores, scores)
        return float(each.sum() + (matches.of_truth < 0).sum())

    def right(self) -> dict[str, int]:
        """Return the number of objects of each class that a sure box has found."""
        found: Counter[str] = Counter()
        for boxes, matches in zip(self.found, self.matches, strict=True):
            right = (matches.of_found >= 0) & (boxes.scores >= SURE)
            found.update(self.class_names[kind] for kind in boxes.classes[right])
        return dict(found)

    def mistakes(self, index: int) -> list[tuple[str, str]]:
        """Return the true and the predicted class of each wrong box of one image.

        A box of another class at the place of a missed object is its partner. Without a partner,
        the other class is `"(nothing)"`.
        """
        boxes, matches = self.found[index], self.matches[index]
        sure = boxes.scores >= SURE
        pairs = []
        for kind, place, other in zip(
            self.true[index][:, 4].astype(int), matches.of_truth, matches.other_class, strict=True
        ):
            if place < 0 or not sure[place]:
                partner = NOTHING if other < 0 else self.class_names[boxes.classes[other]]
                pairs.append((self.class_names[kind], partner))
        partners = set(matches.other_class.tolist())
        false = [i for i in np.flatnonzero(sure & (matches.of_found < 0)) if i not in partners]
        return pairs + [(NOTHING, self.class_names[boxes.classes[i]]) for i in false]

    def totals(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return the number of true boxes and of sure found boxes of each class."""
        names = self.class_names
        true = Counter(names[int(kind)] for rows in self.true for kind in rows[:, 4])
        found = Counter(
            names[kind] for each in self.found for kind in each.classes[each.scores >= SURE]
        )
        return dict(true), dict(found)

    def truth(self, index: int) -> list[Detection]:
        """Return the true boxes in pixels of the image, each with a score of 1."""
        rows = self.true[index]
        kinds = rows[:, 4].astype(int)
        return self._detections(index, rows[:, :4], kinds, np.ones(len(rows)))

    def predicted(self, index: int) -> list[Detection]:
        """Return the boxes with a score of at least 0.3, in pixels of the image."""
        found = self.found[index]
        sure = found.scores >= SURE
        return self._detections(index, found.boxes[sure], found.classes[sure], found.scores[sure])

    def score(self, index: int) -> float:
        """Return the highest score of a found box; NaN if there is none."""
        return float(max(self.found[index].scores, default=float("nan")))

    def columns(self) -> dict[str, Sequence[Any] | np.ndarray]:
        """Return the boxes of each image, in a list, as columns of a table."""
        every = range(len(self))
        return {
            "truth": [self.truth(index) for index in every],
            "predicted": [self.predicted(index) for index in every],
        }

    def _detections(
        self, index: int, boxes: np.ndarray, kinds: np.ndarray, scores: np.ndarray
    ) -> list[Detection]:
        scale = np.ones(4)
        if self.split is not None and self.image_size is not None:
            height, width = self.image_size
            scale = np.tile(self.split.sizes[index] / np.array([width, height]), 2)
        return [
            Detection((x1, y1, x2, y2), self.class_names[kind], score)
            for (x1, y1, x2, y2), kind, score in zip(
                (boxes * scale).tolist(), kinds, scores.tolist(), strict=True
            )
        ]
