"""The criterion of object detection: focal loss, smooth L1 and mAP@.5."""

from typing import Any

import keras
import numpy as np

from kerastl.tasks.object_detection.anchors import Anchors
from kerastl.tasks.object_detection.average_precision import average_precision
from kerastl.tasks.object_detection.box_decoding import BoxDecoder
from kerastl.tasks.object_detection.loss import DetectionLoss, losses_of
from kerastl.training.criterion import Criterion
from kerastl.training.phases.loss_settings import LossSettings


class DetectionCriterion(Criterion):
    """Compare scores of shape `(images, anchors, 4 + classes)` with boxes.

    Targets have the shape `(images, boxes, 5)`: x1, y1, x2, y2 in pixels of the model's input,
    and class, which is -1 in rows without a box.

    Args:
        anchors: The anchors of the head.

    Example:

    ```python
    DetectionCriterion(recipe.model.get_layer("head").anchors).metrics(outputs, targets)["map50"]
    ```
    """

    def __init__(self, anchors: Anchors) -> None:
        self.anchors = anchors

    def loss(
        self, loss_settings: LossSettings | None = None, class_weights: np.ndarray | None = None
    ) -> keras.losses.Loss:
        """Return focal loss and smooth L1 together; see `DetectionLoss`."""
        return DetectionLoss(self.anchors)

    def keras_metrics(self) -> list[Any]:
        """Return none: average precision is not a mean over batches."""
        return []

    def losses(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Return each image's loss."""
        return losses_of(self.loss(), targets, outputs)

    def metrics(self, outputs: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return mAP@.5 and the mean loss."""
        found = BoxDecoder(self.anchors).decode(outputs)
        classes = outputs.shape[-1] - 4
        return {
            "map50": average_precision(found, list(targets), classes, at_half_only=True).map50,
            "loss": float(self.losses(outputs, targets).mean()),
        }
