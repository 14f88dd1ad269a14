import keras
import numpy as np
import pytest

from kerastl.training.freezing.freezing import frozen_batch_norm, stages, train_only
from tests.training import tiny

pytestmark = pytest.mark.both_backends


def model():
    features = tiny.backbone().build()
    pooled = keras.layers.GlobalAveragePooling2D()(features.output)
    return keras.Model(features.input, keras.layers.Dense(3, name="head")(pooled))


def moved(staged, trains, freeze_batch_norm):
    """Train a little; return which stages' weights and which statistics moved."""
    train_only(staged, trains, freeze_batch_norm)
    staged.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    before = {stage.name: stage.get_weights() for stage in stages(staged)}
    images, names = tiny.images()
    labels = np.unique(names, return_inverse=True)[1]
    staged.fit(images.astype("float32"), labels, batch_size=16, verbose=0)
    weights, statistics = set(), set()
    for stage in stages(staged):
        for variable, old in zip(stage.weights, before[stage.name], strict=True):
            if np.abs(keras.ops.convert_to_numpy(variable) - old).max() > 0:
                kind = statistics if "moving" in variable.path else weights
                kind.add(stage.name)
    return weights, statistics


@pytest.mark.parametrize("freeze_batch_norm", [True, False])
@pytest.mark.parametrize(
    ("trains", "expected"),
    [
        ("head", set()),
        ("last:1", {"stage3"}),
        ("from:stage2", {"stage2", "stage3"}),
        ("last:3", {"stage1", "stage2", "stage3"}),
        ("all", {"stage1", "stage2", "stage3"}),
    ],
)
def test_exactly_the_named_stages_move(trains, expected, freeze_batch_norm):
    weights, statistics = moved(model(), trains, freeze_batch_norm)
    assert weights == expected
    assert statistics == (set() if freeze_batch_norm else expected)


def test_a_frozen_model_has_no_dropout_and_a_trained_one_has():
    staged = model()
    images = tiny.images()[0].astype("float32")

    def passes_differ():
        first, second = (np.asarray(staged(images, training=True)) for _ in range(2))
        return np.abs(first - second).max() > 0

    train_only(staged, "head")
    assert not passes_differ()
    train_only(staged, "last:1")
    assert passes_differ()


def test_freezing_can_be_undone():
    staged = model()
    train_only(staged, "head")
    train_only(staged, "all", freeze_batch_norm=False)
    assert len(staged.trainable_weights) == 3 * 4 + 2


@pytest.mark.parametrize(
    ("trains", "message"),
    [("from:stage9", "Did you mean 'stage[123]'"), ("last:4", "has 3 stages")],
)
def test_a_part_that_is_not_there_is_named(trains, message):
    with pytest.raises(ValueError, match=message):
        train_only(model(), trains)


def test_batch_norm_thaws_when_the_whole_is_trainable_already():
    staged = model()
    train_only(staged, "all", freeze_batch_norm=True)
    frozen = len(staged.trainable_weights)
    train_only(staged, "all", freeze_batch_norm=False)
    assert len(staged.trainable_weights) > frozen


@pytest.mark.parametrize(
    ("trains", "freeze", "said"),
    [("all", True, True), ("last:1", True, True), ("all", False, False), ("head", True, False)],
)
def test_batch_norm_that_stays_frozen_in_trained_stages_is_said(trains, freeze, said):
    staged = model()
    train_only(staged, trains, freeze_batch_norm=freeze)
    line = frozen_batch_norm(staged)
    assert (line is not None and "freeze_batch_norm=False" in line) == said
