"""The loss of a detector: focal loss of classes and smooth L1 of boxes."""

from dataclasses import asdict
from typing import Any

import keras
import numpy as np
from keras import ops

from kerastl.tasks.object_detection.anchors import Anchors
from kerastl.tasks.object_detection.box_decoding import VARIANCES

_MATCHED, _FREE = 0.5, 0.4


@keras.saving.register_keras_serializable(package="kerastl")
class DetectionLoss(keras.losses.Loss):
    """Match true boxes to anchors and compare (Lin et al. 2017, "Focal loss for dense ...").

    An anchor is of the object with which it shares at least .5 of what both cover, and of no
    object below .4; between, it has no loss. Every object has at least its best anchor. The loss
    of an image is the sum over its anchors, divided by the number that have an object.

    Args:
        anchors: The anchors of the head.
        alpha: Weight of the anchors that have an object. Defaults to 0.25.
        gamma: How much anchors count less that are already right. Defaults to 2.

    Call arguments:
        y_true: Shape `(batch, boxes, 5)`: x1, y1, x2, y2 in pixels of the model's input, and
            class; -1 for rows without a box.
        y_pred: Shape `(batch, anchors, 4 + classes)`, as `DetectionHead` gives it.

    Example:

    >>> loss = DetectionLoss(Anchors((32, 32), (32,)))
    >>> float(loss(np.full((1, 1, 5), -1.0), np.full((1, 9, 5), -20.0))) < 1e-3
    True
    """

    def __init__(self, anchors: Anchors, alpha: float = 0.25, gamma: float = 2.0) -> None:
        super().__init__(name="detection_loss")
        self.alpha, self.gamma = alpha, gamma
        self.anchors = anchors
        self._anchors = anchors.boxes()

    def get_config(self) -> dict[str, Any]:
        """Return the arguments as plain values, so that a saved model loads with its loss."""
        return {"anchors": asdict(self.anchors), "alpha": self.alpha, "gamma": self.gamma}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "DetectionLoss":
        """Make a loss from what `get_config` returned."""
        sizes = {name: tuple(value) for name, value in config["anchors"].items()}
        return cls(**{**config, "anchors": Anchors(**sizes)})

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each image, shape `(batch,)`."""
        boxes, kinds = y_true[..., :4], y_true[..., 4]
        overlap = self._overlap(boxes, kinds >= 0)
        best = ops.max(overlap, axis=2)
        # The best anchor of an object stands for it, however little they share.
        forced = ops.logical_and(overlap == ops.max(overlap, axis=1, keepdims=True), overlap > 1e-6)
        is_forced = ops.any(forced, axis=2)
        matched = ops.logical_or(best >= _MATCHED, is_forced)
        whose = ops.argmax(overlap + 2 * ops.cast(forced, overlap.dtype), axis=2)
        counted = ops.cast(ops.logical_or(matched, best < _FREE), "float32")
        matched = ops.cast(matched, "float32")
        own = ops.take_along_axis(y_true, whose[..., None], axis=1)
        per_image = ops.maximum(ops.sum(matched, axis=1), 1.0)
        wrong = self._class_losses(own[..., 4], matched, y_pred[..., 4:])
        off = self._box_losses(own[..., :4], matched, y_pred[..., :4])
        return ops.sum(counted * wrong + matched * off, axis=1) / per_image

    def _overlap(self, boxes: Any, there: Any) -> Any:
        """Return intersections over union, shape `(batch, anchors, boxes)`."""
        anchors = ops.convert_to_tensor(self._anchors)[None, :, None]
        boxes = boxes[:, None]
        corner = ops.minimum(anchors[..., 2:], boxes[..., 2:])
        shared = ops.maximum(corner - ops.maximum(anchors[..., :2], boxes[..., :2]), 0.0)
        both = shared[..., 0] * shared[..., 1]
        union = _areas(anchors) + _areas(boxes) - both
        return both / union * ops.cast(there[:, None], both.dtype)

    def _class_losses(self, kinds: Any, matched: Any, logits: Any) -> Any:
        hot = ops.one_hot(ops.cast(ops.maximum(kinds, 0), "int32"), logits.shape[-1])
        hot = hot * matched[..., None]
        losses = keras.losses.binary_focal_crossentropy(
            hot,
            logits,
            apply_class_balancing=True,
            alpha=self.alpha,
            gamma=self.gamma,
            from_logits=True,
        )
        return losses * logits.shape[-1]

    def _box_losses(self, boxes: Any, matched: Any, moves: Any) -> Any:
        anchors = ops.convert_to_tensor(self._anchors)
        # Where there is no object, a move of nothing keeps the logarithm finite.
        boxes = ops.where(matched[..., None] > 0, boxes, anchors[None])
        wanted = keras.utils.bounding_boxes.encode_box_to_deltas(
            anchors,
            boxes,
            anchor_format="xyxy",
            box_format="xyxy",
            encoding_format="center_xywh",
            variance=list(VARIANCES),
        )
        return keras.losses.huber(wanted, moves, delta=0.1) * 4 / 0.1


def _areas(boxes: Any) -> Any:
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def losses_of(loss: keras.losses.Loss, targets: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Return the loss of each image, a few at a time."""
    parts = [
        ops.convert_to_numpy(
            loss.call(
                ops.convert_to_tensor(targets[start : start + 16]),
                ops.convert_to_tensor(outputs[start : start + 16]),
            )
        )
        for start in range(0, len(targets), 16)
    ]
    return np.concatenate(parts)
