"""The measure of object detection: mAP@.5, and the share of equal boxes."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from kerastl.artifacts.measure import Measure
from kerastl.tasks.object_detection.average_precision import average_precision
from kerastl.tasks.object_detection.box_decoding import VARIANCES, BoxDecoder, Boxes

# A box is asked for when it is sure, and found again when the other file half believes in it:
# at one threshold the last digit of a score would decide.
_SURE, _FOUND_AGAIN, _SAME = 0.3, 0.15, 0.5


class DetectionMeasure(Measure):
    """Compare the scores of a `DetectionHead` by the boxes that they decode to.

    Args:
        decoder: How scores become boxes.
    """

    name: ClassVar[str] = "mAP@.5"
    agreement_means: ClassVar[str] = (
        "boxes with a score of at least .3, by the file or the model, that the other has too"
    )
    score_means: ClassVar[str] = (
        "For each anchor how it is moved (4 values), then the logit of each class."
    )

    def __init__(self, decoder: BoxDecoder) -> None:
        self.decoder = decoder

    def check(self, shape: tuple[int | None, ...], class_names: Sequence[str]) -> None:
        """Refuse names that are more or fewer than the classes."""
        if len(shape) != 3 or shape[-1] != 4 + len(class_names):
            raise ValueError(
                f"The model gives scores of shape {shape}, 4 and the classes last. "
                f"Received: {len(class_names)} class names"
            )

    def metric(self, scores: np.ndarray, labels: np.ndarray) -> float:
        """Return mAP@.5."""
        found = self.decoder.decode(scores)
        classes = scores.shape[-1] - 4
        return average_precision(found, list(labels), classes, at_half_only=True).map50

    def agreement(self, scores: np.ndarray, reference: np.ndarray) -> float:
        """Return the share of boxes that both have; 1 where neither has one."""
        own, other = self.decoder.decode(scores), self.decoder.decode(reference)
        pairs = [
            *zip(own, other, strict=True),
            *zip(other, own, strict=True),
        ]
        shared = [_found_again(each, others) for each, others in pairs]
        found = np.concatenate(shared)
        return float(found.mean()) if len(found) else 1.0

    def counts(self, labels: np.ndarray, class_names: Sequence[str]) -> dict[str, int]:
        """Return the number of boxes of each class."""
        return {name: int((labels[..., 4] == kind).sum()) for kind, name in enumerate(class_names)}

    def describe(self, class_names: Sequence[str]) -> dict[str, Any]:
        """Say how a receiver reads the scores; `export/python/detect.py` is one."""
        anchors = self.decoder.anchors
        return {
            "decoding": {
                "image_size": list(anchors.image_size),
                "strides": list(anchors.strides),
                "variances": list(VARIANCES),
                "least_score": self.decoder.least_score,
                "overlap": self.decoder.overlap,
                "most_boxes": self.decoder.most_boxes,
            }
        }

    def answer(self, scores: Any, class_names: Sequence[str]) -> dict[str, Any]:
        """Find the boxes in the graph, by non-maximum suppression of TensorFlow's own.

        `boxes` are x1, y1, x2, y2 as shares of the image's width and height, the surest first;
        rows from `count` on are filled with zeros.
        """
        import keras
        import tensorflow as tf

        height, width = self.decoder.anchors.image_size
        anchors = tf.constant(self.decoder.anchors.boxes())
        moves = tf.concat([scores[..., :2], tf.minimum(scores[..., 2:4], 50.0)], axis=-1)
        boxes = keras.utils.bounding_boxes.decode_deltas_to_boxes(
            anchors,
            moves,
            anchor_format="xyxy",
            encoded_format="center_xywh",
            box_format="xyxy",
            variance=list(VARIANCES),
        )
        boxes = tf.clip_by_value(boxes / [width, height, width, height], 0.0, 1.0)
        found = tf.image.combined_non_max_suppression(
            tf.gather(boxes, [1, 0, 3, 2], axis=-1)[:, :, None],
            tf.sigmoid(scores[..., 4:]),
            max_output_size_per_class=self.decoder.most_boxes,
            max_total_size=self.decoder.most_boxes,
            iou_threshold=self.decoder.overlap,
            score_threshold=self.decoder.least_score,
            clip_boxes=False,
        )
        names = tf.constant(list(class_names))
        return {
            "boxes": tf.gather(found.nmsed_boxes, [1, 0, 3, 2], axis=-1),
            "box_labels": tf.gather(names, tf.cast(found.nmsed_classes, tf.int32)),
            "box_scores": found.nmsed_scores,
            "count": found.valid_detections,
        }


def _found_again(asked: Boxes, among: Boxes) -> np.ndarray:
    """Say of each sure box whether the other answer has it."""
    sure = asked.scores >= _SURE
    there = among.scores >= _FOUND_AGAIN
    one, other = asked.boxes[sure][:, None], among.boxes[there][None]
    shared = np.minimum(one[..., 2:], other[..., 2:]) - np.maximum(one[..., :2], other[..., :2])
    both = np.maximum(shared, 0).prod(axis=-1)
    areas = [(each[..., 2:] - each[..., :2]).prod(axis=-1) for each in (one, other)]
    overlap = both / np.maximum(areas[0] + areas[1] - both, 1e-9)
    same = asked.classes[sure][:, None] == among.classes[there][None]
    return np.asarray(((overlap >= _SAME) & same).any(axis=1))
