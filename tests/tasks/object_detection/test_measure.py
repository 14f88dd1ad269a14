import numpy as np
import pytest

from kerastl.tasks.object_detection.anchors import Anchors
from kerastl.tasks.object_detection.box_decoding import BoxDecoder
from kerastl.tasks.object_detection.measure import DetectionMeasure

ANCHORS = Anchors((64, 64), (16,))
MEASURE = DetectionMeasure(BoxDecoder(ANCHORS))
# An anchor inside the image, and one too far away to overlap it.
HERE, THERE = 9 * 5 + 3, 9 * 15 + 3


def scores(*found, logit=3.0):
    """Return the scores of one image with boxes at anchors, each `(anchor, class)`."""
    made = np.zeros((1, len(ANCHORS.boxes()), 6), np.float32)
    made[..., 4:] = -9
    for anchor, kind in found:
        made[0, anchor, 4 + kind] = logit
    return made


def labels(*true):
    boxes = ANCHORS.boxes()
    rows = [[*np.clip(boxes[anchor], 0, 64), kind] for anchor, kind in true]
    return np.array([[*rows, [-1] * 5]], np.float32)


def test_the_figure_is_map_at_half():
    assert MEASURE.metric(scores((HERE, 0)), labels((HERE, 0))) == pytest.approx(1)
    assert MEASURE.metric(scores((HERE, 1)), labels((HERE, 0))) == 0
    both = labels((HERE, 0), (THERE, 1))
    assert MEASURE.metric(scores((HERE, 0)), both) == pytest.approx(0.5)
    assert MEASURE.counts(both, ["a", "b"]) == {"a": 1, "b": 1}


def test_agreement_asks_both_ways():
    one, two = scores((HERE, 0)), scores((HERE, 0), (THERE, 1))
    assert MEASURE.agreement(one, one) == 1
    assert MEASURE.agreement(one, two) == pytest.approx(2 / 3)
    assert MEASURE.agreement(one, scores((HERE, 1))) == 0
    assert MEASURE.agreement(scores(), scores()) == 1


def test_a_box_at_the_threshold_does_not_decide():
    just_above, just_below = scores((HERE, 0), logit=-0.84), scores((HERE, 0), logit=-0.86)
    assert MEASURE.agreement(just_above, just_below) == 1


def test_names_must_fit():
    with pytest.raises(ValueError, match="Received: 3 class names"):
        MEASURE.check((None, 144, 6), ["a", "b", "c"])
