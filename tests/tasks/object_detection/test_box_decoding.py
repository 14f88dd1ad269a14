import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from kerastl.tasks.object_detection.anchors import Anchors
from kerastl.tasks.object_detection.average_precision import average_precision
from kerastl.tasks.object_detection.box_decoding import BoxDecoder, Boxes
from kerastl.tasks.object_detection.head import DetectionHead
from kerastl.tasks.object_detection.loss import DetectionLoss
from kerastl.tasks.object_detection.measure import DetectionMeasure

ANCHORS = Anchors((64, 96), (8, 16))
PROGRAM = Path(__file__).resolve().parents[3] / "export" / "python" / "detect.py"


def random_scores(images=4, classes=3, seed=0):
    """Return scores with clusters of boxes for non-maximum suppression to thin out."""
    generator = np.random.default_rng(seed)
    count = len(ANCHORS.boxes())
    moves = generator.normal(0, 2, (images, count, 4))
    logits = generator.normal(-4, 2, (images, count, classes))
    return np.concatenate([moves, logits], axis=-1).astype(np.float32)


def test_the_graph_answers_as_numpy_does():
    scores = random_scores()
    answered = DetectionMeasure(BoxDecoder(ANCHORS)).answer(tf.constant(scores), ["a", "b", "c"])
    counts = answered["count"].numpy()
    assert counts.min() > 20
    for index, found in enumerate(BoxDecoder(ANCHORS).decode(scores)):
        assert len(found.scores) == counts[index]
        kept = slice(counts[index])
        shares = found.boxes / np.array([96, 64, 96, 64])
        np.testing.assert_allclose(answered["boxes"][index].numpy()[kept], shares, atol=1e-5)
        np.testing.assert_allclose(
            answered["box_scores"][index].numpy()[kept], found.scores, atol=1e-5
        )
        names = [b"abc"[kind : kind + 1] for kind in found.classes]
        assert answered["box_labels"][index].numpy()[kept].tolist() == names


def test_the_receiver_answers_as_the_library_does(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(PROGRAM.parent), *sys.path])
    spec = importlib.util.spec_from_file_location("detect", PROGRAM)
    receiver = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(receiver)
    told = DetectionMeasure(BoxDecoder(ANCHORS)).describe(["a", "b", "c"])["decoding"]
    scores = random_scores()
    for rows, found in zip(scores, BoxDecoder(ANCHORS).decode(scores), strict=True):
        boxes, kinds, sure = receiver.decode(rows, told)
        np.testing.assert_allclose(boxes, found.boxes / np.array([96, 64, 96, 64]), atol=1e-5)
        assert kinds.tolist() == found.classes.tolist()
        np.testing.assert_allclose(sure, found.scores, atol=1e-6)


@pytest.mark.both_backends
def test_what_the_loss_asks_for_is_what_is_decoded():
    """Scores that the loss calls perfect decode to the true boxes."""
    from keras import utils

    anchors = ANCHORS.boxes()
    true = np.array([20.0, 12, 60, 50])
    moves = utils.bounding_boxes.encode_box_to_deltas(
        anchors,
        np.tile(true, (len(anchors), 1)).astype(np.float32),
        anchor_format="xyxy",
        box_format="xyxy",
        encoding_format="center_xywh",
        variance=[0.1, 0.1, 0.2, 0.2],
    )
    scores = np.full((1, len(anchors), 6), -12.0, np.float32)
    scores[0, :, :4] = np.asarray(moves)
    near = np.abs((anchors[:, :2] + anchors[:, 2:]) / 2 - [40, 31]).max(axis=1) < 9
    scores[0, near, 5] = 12
    found = BoxDecoder(ANCHORS).decode(scores)[0]
    assert found.classes.tolist() == [1]
    np.testing.assert_allclose(found.boxes[0], true, atol=1e-3)


@pytest.mark.both_backends
def test_the_loss_falls_towards_the_truth():
    loss = DetectionLoss(ANCHORS)
    true = np.full((1, 3, 5), -1, np.float32)
    true[0, 0] = [20, 12, 60, 50, 1]
    right = np.full((1, len(ANCHORS.boxes()), 6), -8.0, np.float32)
    right[..., :4] = 0
    empty = float(loss(np.full((1, 3, 5), -1, np.float32), right))
    missed = float(loss(true, right))
    right[..., 5] = np.where(BOXES_OVERLAP, 4.0, -8.0)
    assert empty < 0.01 < float(loss(true, right)) < missed
    wrong_class = right[..., [0, 1, 2, 3, 5, 4]]
    assert float(loss(true, wrong_class)) > float(loss(true, right))


def overlap_with(box):
    anchors = ANCHORS.boxes()
    corner = np.minimum(anchors[:, 2:], box[2:]) - np.maximum(anchors[:, :2], box[:2])
    both = np.maximum(corner, 0).prod(axis=1)
    areas = (anchors[:, 2:] - anchors[:, :2]).prod(axis=1) + np.prod(box[2:] - box[:2])
    return both / (areas - both)


BOXES_OVERLAP = overlap_with(np.array([20.0, 12, 60, 50])) >= 0.5


@pytest.mark.both_backends
def test_an_object_that_no_anchor_fits_still_has_one():
    loss = DetectionLoss(ANCHORS)
    thin = np.array([[[10.0, 10, 14, 60, 0]]], np.float32)
    assert overlap_with(thin[0, 0, :4]).max() < 0.5
    sleeping = np.full((1, len(ANCHORS.boxes()), 5), -8.0, np.float32)
    assert float(loss(thin, sleeping)) > 1


def test_average_precision_counts_a_miss_and_a_double():
    box = np.array([[0.0, 0, 10, 10], [20, 20, 40, 40]])
    target = np.concatenate([box, [[0], [1]]], axis=1)
    right = Boxes(box, np.array([0, 1]), np.array([0.9, 0.8]))
    assert average_precision([right], [target], 2).map50 == pytest.approx(1)
    half = Boxes(box[:1], np.array([0]), np.array([0.9]))
    assert average_precision([half], [target], 2).map50 == pytest.approx(0.5)
    # A second box on the same object, surer than the right one of its class.
    shifted = Boxes(
        box[[1, 1]] + [[9, 9, 9, 9], [0, 0, 0, 0]], np.array([1, 1]), np.array([0.9, 0.8])
    )
    assert average_precision([shifted], [target], 2).at_half[1] == pytest.approx(0.5, abs=0.01)
    assert average_precision([right], [target[:0]], 2).map50 == 0


@pytest.mark.both_backends
@pytest.mark.parametrize("side", [64, 100])
def test_the_head_speaks_of_every_anchor(side):
    cells = [-(-side // stride) for stride in (8, 16, 32)]
    head = DetectionHead(2, (side, side), width=8)
    maps = [np.ones((1, n, n, 3), np.float32) for n in cells]
    assert head(maps).shape == (1, len(head.anchors.boxes()), 6)
    with pytest.raises(ValueError, match="half as many cells"):
        DetectionHead(2, (side, side), width=8)([maps[0], maps[2]])
