import json

import numpy as np
import pytest

import kerastl as ktl
from kerastl.tasks.object_detection.drawing import draw_boxes
from kerastl.tasks.object_detection.prediction import Detection
from kerastl.training.freezing.freezing import stages
from tests.contracts.boxes_under_test import COLOURS, SIZE, backbone, squares
from tests.training import tiny


def recipe():
    return ktl.ObjectDetection(backbone(), image_size=(SIZE, SIZE), width=16)


@pytest.mark.both_backends
def test_boxes_are_in_the_pixels_of_the_image_itself(tmp_path):
    made = recipe()
    made.build(COLOURS)
    head = made.model.get_layer("head")
    # One cell of one class is sure of itself, wherever it is.
    head.logits.bias.assign(np.eye(head.logits.bias.shape[0])[0] * 9 - 5)
    small, wide = np.zeros((SIZE, SIZE, 3), np.uint8), np.zeros((SIZE, 4 * SIZE, 3), np.uint8)
    (first,), (second,) = made.predict([small])[:1], made.predict([wide])[:1]
    assert first
    for one, other in zip(first, second, strict=True):
        np.testing.assert_allclose(np.array(one.box) * [4, 1, 4, 1], other.box, rtol=1e-3, atol=0.1)


@pytest.mark.slow
@pytest.mark.both_backends
def test_a_stage_at_a_time_is_frozen(tmp_path):
    made = recipe()
    data = squares(tmp_path, validation_split=0.2)
    made.build(data.class_names)
    before = [stage.get_weights() for stage in stages(made.model)]
    phase = ktl.Phase("last:1", epochs=1, learning_rate=1e-2, keep="last", augment=True)
    made.fit(data, [phase], verbose=0)
    moved = [
        any((old != new).any() for old, new in zip(kept, stage.get_weights(), strict=True))
        for kept, stage in zip(before, stages(made.model), strict=True)
    ]
    assert moved == [False, False, True]


def test_other_data_is_refused(tmp_path):
    images, labels = tiny.images(count=30)
    data = ktl.data.arrays(images, labels, validation_split=0.2)
    with pytest.raises(ValueError, match=r"needs images with boxes.*Received: <Split"):
        recipe().fit(data, verbose=0)


def test_options_between_backbone_and_head_are_refused():
    for option, message in (
        ({"pooling": "max"}, r"ObjectDetection has no option `pooling`.*Received: pooling='max'"),
        ({"feature_stages": "last"}, r"no option `feature_stages`.*feature_stages='last'"),
        ({"augmentation": "randaugment"}, r"Known: default, no_flip, none\. Received: 'randaug"),
    ):
        with pytest.raises(ValueError, match=message):
            ktl.ObjectDetection(backbone(), image_size=(SIZE, SIZE), **option)


def test_labels_are_matched_by_name(tmp_path):
    data = squares(tmp_path)
    made = recipe()
    made.build(("red", "green", "blue"))
    own, models = data.train.targets((SIZE, SIZE)), made.targets(data.train)
    assert (models[..., 4] == np.where(own[..., 4] < 0, -1, 2 - own[..., 4])).all()
    made.build(("red", "green"))
    with pytest.raises(ValueError, match="Received: 'blue'; the model knows 'red', 'green'"):
        made.targets(data.train)


def test_a_description_is_enough_to_make_it_again():
    made = recipe()
    config = json.loads(json.dumps(made.get_config()))
    assert type(made).from_config(config).width == 16
    assert "pooling" not in config


def test_boxes_are_drawn_on_a_copy(tmp_path):
    from PIL import Image

    image = Image.new("RGB", (80, 60))
    found = [Detection((10, 20, 50, 50), "mug", 0.9), Detection((60, 5, 75, 15), "mug", 0.1)]
    drawn = np.asarray(draw_boxes(image, found))
    assert drawn[50, 30].any()
    assert not drawn[10, 60].any()
    assert not np.asarray(image).any()
