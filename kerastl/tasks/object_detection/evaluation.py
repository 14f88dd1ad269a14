"""Evaluation of an object detector on images with boxes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from kerastl.basics.printable import printable
from kerastl.seeing.notebook.plot import Plot
from kerastl.tasks.evaluating.confusion import Confusion
from kerastl.tasks.evaluating.evaluation import TaskEvaluation
from kerastl.tasks.evaluating.intervals import Interval, bootstrap_interval, mean_of_known
from kerastl.tasks.object_detection.average_precision import average_precision
from kerastl.tasks.object_detection.box_decoding import Boxes
from kerastl.tasks.object_detection.resampled_precision import resampled_precision
from kerastl.tasks.object_detection.results import BoxResults

if TYPE_CHECKING:
    from kerastl.data.splits.box_split import BoxSplit


@dataclass(frozen=True)
class ClassPrecision:
    """The metrics of one class.

    Attributes:
        map: Average precision over intersections over union from .5 to .95; NaN without a box.
        map50: Average precision at .5; NaN without a box.
        boxes: True boxes.
    """

    map: float
    map50: float
    boxes: int


@dataclass(frozen=True)
class DetectionEvaluation(TaskEvaluation):
    """COCO's average precision by pycocotools, objects of every size together.

    Attributes:
        map: The mean over classes and over intersections over union from .5 to .95.
        map50: The mean over classes at an intersection over union of .5.
        per_class: The metrics by class name.
        images: How many were looked at.
        note: A remark on the images, such as that the model was trained on them. Defaults to None.
        results: The true and the found boxes of every image; None if only the metrics are known.
            Defaults to None.

    Example:

    ```python
    evaluation = recipe.evaluate(data.test)
    print(evaluation)
    evaluation.map50, evaluation.per_class["mug"].map
    ```
    """

    map: float
    map50: float
    per_class: dict[str, ClassPrecision]
    images: int
    note: str | None = None
    results: BoxResults | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_boxes(
        cls,
        found: Sequence[Boxes],
        targets: Sequence[np.ndarray],
        class_names: Sequence[str],
        split: BoxSplit | None = None,
        image_size: tuple[int, int] | None = None,
    ) -> DetectionEvaluation:
        """Compare found boxes with true boxes.

        Args:
            found: What was found in each image.
            targets: For each image rows of x1, y1, x2, y2 in the same pixels, and class.
            class_names: The classes in order.
            split: The images, for their names and sizes. Defaults to None: not known.
            image_size: `(height, width)` of the model's input, whose pixels the boxes are in.
                Defaults to None: the boxes are in pixels of the images.
        """
        precision = average_precision(found, targets, len(class_names))
        kinds = np.concatenate([rows[:, 4] for rows in targets] or [np.zeros(0)]).astype(int)
        counts = np.bincount(kinds[kinds >= 0], minlength=len(class_names))
        rows = zip(class_names, precision.strict, precision.at_half, counts, strict=True)
        per_class = {
            name: ClassPrecision(float(strict), float(half), int(count))
            for name, strict, half, count in rows
        }
        results = BoxResults(found, targets, class_names, split, image_size)
        return cls(precision.map, precision.map50, per_class, len(targets), results=results)

    def confusions(self, count: int | None = None) -> list[Confusion]:
        """Return the classes that the model confuses, misses or invents, the most frequent first.

        Boxes with a score of at least 0.3 count, at an intersection over union of .5.

        Args:
            count: How many at most. Defaults to None: all.

        Returns:
            One `Confusion` for each pair. `predicted` is `"(nothing)"` for missed objects, `truth`
            for boxes without an object.

        Raises:
            RuntimeError: If the evaluation was made from metrics alone.
        """
        results = self.examples_kept()
        assert isinstance(results, BoxResults)
        return results.confusions()[:count]

    @property
    def groups(self) -> Mapping[str, ClassPrecision]:
        """The metrics of each class."""
        return self.per_class

    def plot_confusion(self, path: str | os.PathLike[str] | None = None) -> Plot:
        """Draw the confusion matrix of boxes; "(nothing)" is no box.

        Args:
            path: Image file that is also written. Defaults to None: none.

        Returns:
            The plot, which a notebook shows.

        Raises:
            ImportError: If matplotlib is not installed.
            RuntimeError: If the evaluation was made from metrics alone.
        """
        results = self.examples_kept()
        assert isinstance(results, BoxResults)
        return results.plot_confusion("boxes", results.class_names, path)

    def compute_intervals(self) -> dict[str, Interval]:
        """Return the intervals of mAP and mAP@.5."""
        return {
            "map": bootstrap_interval(mean_of_known(self._resampled.mean(axis=2)), self.map),
            "map50": bootstrap_interval(mean_of_known(self._resampled[..., 0]), self.map50),
        }

    def compute_group_intervals(self) -> dict[str, dict[str, Interval]]:
        """Return the intervals of mAP and mAP@.5 of each class."""
        return {
            name: {
                "map": bootstrap_interval(self._resampled[:, kind].mean(axis=1), each.map),
                "map50": bootstrap_interval(self._resampled[:, kind, 0], each.map50),
            }
            for kind, (name, each) in enumerate(self.per_class.items())
        }

    @cached_property
    def _resampled(self) -> np.ndarray:
        """Average precision in samples, shape `(samples, classes, thresholds)`."""
        results = self.results
        assert results is not None
        return resampled_precision(results.found, results.true, len(self.per_class))

    def __str__(self) -> str:
        boxes = sum(each.boxes for each in self.per_class.values())
        rows = [(printable(name), each) for name, each in self.per_class.items()]
        width = max([5, *(len(name) for name, _ in rows)]) + 2
        lines = [
            f"mAP {self.map:.3f}, mAP@.5 {self.map50:.3f} on {self.images} images with "
            f"{boxes} boxes",
            "class".ljust(width) + "mAP".rjust(8) + "mAP@.5".rjust(8) + "boxes".rjust(8),
        ]
        for name, each in rows:
            metrics = f"{each.map:8.3f}{each.map50:8.3f}{each.boxes:8d}"
            lines.append(name.ljust(width) + metrics)
        if self.note is not None:
            lines.append(printable(f"note: {self.note}"))
        return "\n".join(lines)
