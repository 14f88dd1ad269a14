"""Evaluation of an object detector on images with boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kerastl.basics.printable import printable
from kerastl.tasks.object_detection.average_precision import average_precision
from kerastl.tasks.object_detection.box_decoding import Boxes


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
class DetectionEvaluation:
    """COCO's average precision by pycocotools, objects of every size together.

    Attributes:
        map: The mean over classes and over intersections over union from .5 to .95.
        map50: The mean over classes at an intersection over union of .5.
        per_class: The metrics by class name.
        images: How many were looked at.

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

    @classmethod
    def from_boxes(
        cls, found: Sequence[Boxes], targets: Sequence[np.ndarray], class_names: Sequence[str]
    ) -> DetectionEvaluation:
        """Compare found boxes with true boxes.

        Args:
            found: What was found in each image.
            targets: For each image rows of x1, y1, x2, y2 in the same pixels, and class.
            class_names: The classes in order.
        """
        precision = average_precision(found, targets, len(class_names))
        kinds = np.concatenate([rows[:, 4] for rows in targets] or [np.zeros(0)]).astype(int)
        counts = np.bincount(kinds[kinds >= 0], minlength=len(class_names))
        rows = zip(class_names, precision.strict, precision.at_half, counts, strict=True)
        per_class = {
            name: ClassPrecision(float(strict), float(half), int(count))
            for name, strict, half, count in rows
        }
        return cls(precision.map, precision.map50, per_class, len(targets))

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
        return "\n".join(lines)
