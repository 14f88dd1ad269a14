import json
from typing import Any

import keras
import numpy as np
import pytest

import kerastl as ktl


def network(scaled: bool = False) -> keras.Model:
    """A network with a nested model, a residual block and a classifier."""
    block_in = keras.Input((None, None, 4))
    inner = keras.layers.Conv2D(4, 3, padding="same", name="inner")(block_in)
    inner = keras.layers.BatchNormalization(name="normalized")(inner)
    block = keras.Model(block_in, keras.layers.Add(name="added")([block_in, inner]), name="block")
    pixels = keras.Input((16, 16, 3))
    x = keras.layers.Rescaling(1 / 255)(pixels) if scaled else pixels
    x = keras.layers.Conv2D(4, 3, strides=2, padding="same", name="first")(x)
    x = keras.layers.MaxPooling2D(name="pooled")(block(x))
    x = keras.layers.Conv2D(8, 3, padding="same", name="last")(x)
    x = keras.layers.GlobalAveragePooling2D(name="average")(x)
    return keras.Model(pixels, keras.layers.Dense(2, name="classes")(x), name="own")


STAGES = {"early": "added", "late": "last"}


def test_declared_stages_leave_the_classifier_out() -> None:
    model = network()
    backbone = ktl.backbone(model, stages=STAGES, preprocessing="tf")
    assert (backbone.stage_names, backbone.image_size) == (("early", "late"), (16, 16))
    assert (backbone.modality, backbone.pooling) == ("image", "average")
    built = backbone.build()
    names = [layer.name for layer in built.layers]
    assert names == ["pixels", "preprocessing", "early", "late"]
    pixels = np.random.default_rng(0).integers(0, 256, (2, 16, 16, 3)).astype("float32")
    expected = keras.Model(model.inputs, model.get_layer("last").output)(pixels / 127.5 - 1)
    np.testing.assert_allclose(np.asarray(built(pixels)), np.asarray(expected), atol=1e-5)


def test_fine_tuning_leaves_the_given_model_as_it_is() -> None:
    model = network()
    before = model.get_weights()
    built = ktl.backbone(model, stages=STAGES, preprocessing="tf").build()
    for variable in built.variables:
        variable.assign(variable + 1)
    for old, now in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(now, old)


def test_normalization_keeps_its_statistics_in_the_copy() -> None:
    data = np.random.default_rng(0).integers(0, 256, (8, 8, 8, 3)).astype("float32")
    scaling = keras.layers.Normalization()
    scaling.adapt(data)
    model = keras.Sequential([keras.Input((8, 8, 3)), scaling, keras.layers.Conv2D(2, 3)])
    built = ktl.backbone(model).build()
    np.testing.assert_allclose(np.asarray(built(data)), np.asarray(model(data)), atol=1e-5)


def test_stages_are_found_where_the_resolution_changes() -> None:
    backbone = ktl.backbone(network(scaled=True), include_top=True)
    assert backbone.stage_names == ("stage1", "stage2")
    built = backbone.build()
    assert [layer.name for layer in built.layers] == ["pixels", "stage1", "stage2"]
    assert backbone.pooling == "none"
    assert len(built.weights) == len(network().weights)


def test_a_network_without_resolutions_is_divided_evenly() -> None:
    tokens = keras.Input((None,), dtype="int32", name="token_ids")
    mask = keras.Input((None,), dtype="int32", name="padding_mask")
    x = keras.layers.Embedding(10, 4)(tokens)
    for _ in range(12):
        x = keras.layers.Dense(4)(x)
    x = x * keras.ops.expand_dims(keras.ops.cast(mask, "float32"), -1)
    backbone = ktl.backbone(keras.Model({"token_ids": tokens, "padding_mask": mask}, x))
    assert (backbone.modality, backbone.pooling) == ("text", "mean")
    assert len(backbone.stage_names) == 6
    counts = [len(layer.weights) for layer in backbone.build().layers if layer.weights]
    assert sum(counts) == 25
    assert max(counts) - min(counts) <= 2


def test_another_image_size_and_a_configuration() -> None:
    backbone = ktl.backbone(network(), stages=STAGES, preprocessing="caffe")
    assert backbone.build((32, 24)).output.shape == (None, 8, 6, 8)
    again = ktl.backbones.backbone_from_config(json.loads(json.dumps(backbone.get_config())))
    assert again.get_config()["stages"] == STAGES
    assert again.build().count_params() == backbone.build().count_params()


def test_a_fully_connected_model_refuses_another_size() -> None:
    layers = [keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(2)]
    backbone = ktl.backbone(keras.Sequential(layers), include_top=True, preprocessing="none")
    with pytest.raises(ValueError, match=r"cannot take images of this size.*\(16, 16\)"):
        backbone.build((16, 16))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stages": STAGES}, "pixel scaling of .* is unknown.*preprocessing=None"),
        ({"stages": STAGES, "preprocessing": "torh"}, "Did you mean 'torch'"),
        ({"preprocessing": "tf", "stages": {"a": "firsst"}}, "Unknown layer.*Did you mean 'first'"),
        ({"preprocessing": "tf", "stages": {"a": "inner", "b": "last"}}, "ends inside a block"),
        ({"preprocessing": "tf", "stages": {}}, "at least one stage"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_built(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        ktl.backbone(network(), **options)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((8, 8, 1), "must take RGB images"),
        ((None, None, 3), r"image_size=\(height, width\)"),
    ],
)
def test_inputs_that_say_too_little_or_are_not_images(shape: tuple, message: str) -> None:
    model = keras.Sequential([keras.Input(shape), keras.layers.Conv2D(2, 3)])
    with pytest.raises(ValueError, match=message):
        ktl.backbone(model, preprocessing="tf")


@pytest.mark.parametrize("model", [3, keras.Model(), keras.layers.Dense(2)])
def test_what_is_no_functional_model(model: Any) -> None:
    with pytest.raises(ValueError, match="A backbone is a name, a path, or a functional"):
        ktl.backbone(model)
