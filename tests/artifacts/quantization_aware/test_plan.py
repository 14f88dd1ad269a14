import keras
import pytest

from kerastl.artifacts.quantization_aware.flat_graph import flattened
from kerastl.artifacts.quantization_aware.plan import Plan
from tests.training import tiny

pytestmark = pytest.mark.both_backends


def network():
    """Return a residual block between a stem and a head, with every layer named."""
    layers = keras.layers
    pixels = keras.Input((16, 16, 3))
    x = layers.Rescaling(1 / 255, name="scaled")(pixels)
    x = layers.Conv2D(4, 3, padding="same", name="stem")(x)
    x = layers.BatchNormalization(name="stem_norm")(x)
    x = stem = layers.ReLU(6.0, name="stem_relu")(x)
    x = layers.Conv2D(24, 3, padding="same", use_bias=False, name="wide")(x)
    x = layers.BatchNormalization(name="wide_norm")(x)
    x = layers.Activation("relu", name="wide_relu")(x)
    x = layers.ZeroPadding2D(1, name="padded")(x)
    x = layers.DepthwiseConv2D(3, use_bias=False, name="deep")(x)
    x = layers.BatchNormalization(name="deep_norm")(x)
    x = layers.Activation("swish", name="deep_swish")(x)
    x = layers.Conv2D(4, 1, name="narrow")(x)
    x = layers.Add(name="added")([stem, x])
    x = layers.Dropout(0.1, name="dropped")(x)
    x = layers.GlobalAveragePooling2D(name="pooled")(x)
    return keras.Model(pixels, layers.Dense(3, "softmax", name="head")(x))


def names_of(plan):
    return [
        (each.node.operation.name, each.normalization and each.normalization.operation.name)
        for each in plan.folded
    ]


def made_by(plan):
    return [tensor._keras_history.operation.name for tensor in plan.tensors]


def test_eight_bits_follow_the_int8_file():
    plan = Plan.of(network(), bits=8)
    # The stem is below a fifth of the multiplications and stays in float.
    assert names_of(plan) == [
        ("wide", "wide_norm"),
        ("deep", "deep_norm"),
        ("narrow", None),
        ("head", None),
    ]
    assert [each.bits for each in plan.folded] == [8] * 4
    # One tensor for an operator of the file: a fused activation's, not the convolution's before it;
    # none after pooling, and none for padding and dropout, which give what they took.
    assert made_by(plan) == ["stem_relu", "wide_relu", "deep_norm", "deep_swish", "narrow", "added"]
    assert plan.unknown == []


def test_four_bits_round_weights_alone_and_every_layer():
    plan = Plan.of(network(), bits=4)
    bits = {each.node.operation.name: each.bits for each in plan.folded}
    assert bits == {"stem": 4, "wide": 4, "deep": 8, "narrow": 4, "head": 4}
    assert plan.tensors == []


def test_a_convolution_that_is_read_twice_keeps_its_normalization_apart():
    pixels = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(4, 3, padding="same", name="conv")(pixels)
    normal = keras.layers.BatchNormalization(name="norm")(x)
    model = keras.Model(pixels, keras.layers.Add(name="sum")([x, normal]))
    plan = Plan.of(model, bits=8)
    assert names_of(plan) == [("conv", None)]
    assert made_by(plan) == ["conv", "norm", "sum"]


def test_layers_of_unknown_classes_are_named():
    pixels = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(4, 3, name="conv")(pixels)
    model = keras.Model(pixels, keras.layers.SeparableConv2D(4, 3, name="apart")(x))
    assert Plan.of(model, bits=8).unknown == ["apart"]


def test_stages_and_nested_models_are_opened():
    model = tiny.backbone().build((tiny.SIZE, tiny.SIZE))
    flat = flattened(model)
    kinds = [type(layer).__name__ for layer in flat.layers]
    assert kinds.count("Conv2D") == kinds.count("BatchNormalization") == 3
    assert "Stage" not in kinds
    assert "Functional" not in kinds
    # A stage is `Conv2D`, normalization, ReLU; Dropout ends it.
    assert [norm is not None for _, norm in names_of(Plan.of(flat, bits=4))] == [True] * 3
    images = tiny.images(3)[0].astype("float32")
    assert (flat.predict(images, verbose=0) == model.predict(images, verbose=0)).all()
    assert {id(v) for v in flat.variables} == {id(v) for v in model.variables}
