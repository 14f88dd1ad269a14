import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.training.freezing.freezing import train_only
from kerastl.training.freezing.frozen_boundary import divide
from tests.training import tiny

pytestmark = pytest.mark.both_backends


def recipe(**options):
    made = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE), **options)
    made.build(("a", "b", "c"))
    return made


def output(model, inputs):
    return keras.ops.convert_to_numpy(model(inputs, training=False))


@pytest.mark.parametrize("feature_stages", [None, "last", ["stage1", "stage3"]])
@pytest.mark.parametrize(
    ("trains", "stages"),
    [
        ("head", ("stage1", "stage2", "stage3")),
        ("last:1", ("stage1", "stage2")),
        ("from:stage2", ("stage1",)),
    ],
)
def test_both_parts_together_are_the_model(trains, stages, feature_stages):
    model = recipe(feature_stages=feature_stages).model
    train_only(model, trains)
    boundary = divide(model)
    assert boundary.stages == stages
    assert boundary.saves_work
    pixels = tiny.images()[0].astype("float32")
    given = boundary.prefix(pixels, training=True)
    np.testing.assert_allclose(output(boundary.suffix, given), output(model, pixels), atol=1e-6)
    ours = {id(weight) for weight in boundary.suffix.trainable_variables}
    assert ours == {id(weight) for weight in model.trainable_variables}


def test_only_pooled_features_cross_below_the_head():
    model = recipe().model
    train_only(model, "head")
    shapes = [tuple(tensor.shape) for tensor in divide(model).prefix.outputs]
    # Mean and deviation of each stage.
    assert shapes == [(None, 6)] * 6


def test_where_everything_trains_there_is_no_boundary():
    model = recipe().model
    train_only(model, "all")
    assert divide(model) is None


def text_model():
    backbone = ktl.backbone(
        "bert",
        weights=None,
        vocabulary=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad"],
        num_layers=2,
        num_heads=2,
        hidden_dim=8,
        intermediate_dim=16,
        max_sequence_length=16,
    )
    return ktl.TextClassification(backbone, sequence_length=8, feature_stages="last").build(
        ("a", "b")
    )


@pytest.mark.parametrize(("trains", "saves"), [("from:layer1", False), ("last:1", True)])
def test_a_mask_crosses_and_embeddings_alone_save_no_work(trains, saves):
    model = text_model()
    train_only(model, trains)
    boundary = divide(model)
    assert boundary.saves_work == saves
    assert set(boundary.suffix.input) >= {"padding_mask"}
    inputs = {
        "token_ids": np.array([[2, 5, 3, 0], [2, 6, 5, 3]], "int32"),
        "padding_mask": np.array([[1, 1, 1, 0], [1, 1, 1, 1]], "int32"),
    }
    given = boundary.prefix(inputs)
    np.testing.assert_allclose(output(boundary.suffix, given), output(model, inputs), atol=1e-6)
