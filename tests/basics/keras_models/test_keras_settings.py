import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.adaptation import Adapter
from kerastl.basics.keras_models.precision import built_in
from tests.training import tiny

SETTINGS = {
    "channels_first": (keras.config.set_image_data_format, "channels_first", "channels_last"),
    "float64": (keras.config.set_floatx, "float64", "float32"),
    "float64 policy": (keras.config.set_dtype_policy, "float64", "float32"),
    "float16 policy": (keras.config.set_dtype_policy, "float16", "float32"),
    "bfloat16 policy": (keras.config.set_dtype_policy, "bfloat16", "float32"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What was made before the setting: a built recipe, its folder, its data, its backbone."""
    images, labels = tiny.images(24)
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    recipe.build(("blue", "green", "red"))
    folder = tmp_path_factory.mktemp("settings") / "run"
    recipe.save(folder)
    data = ktl.data.arrays(images, labels, validation_split=0.25)
    return recipe, folder, data


CALLS = {
    "backbone": lambda recipe, folder, data: ktl.backbone("mobilenet_v2", weights=None),
    "build of a backbone": lambda recipe, folder, data: recipe.backbone.build(),
    "recipe": lambda recipe, folder, data: ktl.ImageClassification("mobilenet", weights=None),
    "build": lambda recipe, folder, data: recipe.build(("a", "b")),
    "fit": lambda recipe, folder, data: recipe.fit(data, verbose=0),
    "adapt": lambda recipe, folder, data: recipe.fit(
        None, adapt_to=data.train, adaptation="shot", verbose=0
    ),
    "fit_quantized": lambda recipe, folder, data: recipe.fit_quantized(data, verbose=0),
    "find_learning_rate": lambda recipe, folder, data: ktl.find_learning_rate(recipe, data),
    "load": lambda recipe, folder, data: ktl.load(folder),
    "Embedding": lambda recipe, folder, data: ktl.Embedding(recipe.backbone),
    "compare": lambda recipe, folder, data: ktl.compare(data, [recipe.backbone], verbose=0),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_that_is_not_supported_is_refused_at_the_start(made, name) -> None:
    change, value, usual = SETTINGS[name]
    change(value)
    try:
        for call in CALLS.values():
            with pytest.raises(
                ValueError, match=rf"keras\.config\.set_\w+\({usual!r}\).*Received: .*{value!r}"
            ):
                call(*made)
    finally:
        change(usual)


def test_a_built_recipe_predicts_the_same_whatever_the_settings(made) -> None:
    recipe, _, data = made
    expected = recipe.outputs(data.validation)
    keras.config.set_image_data_format("channels_first")
    keras.config.set_floatx("float64")
    try:
        np.testing.assert_allclose(recipe.outputs(data.validation), expected, atol=1e-6)
    finally:
        keras.config.set_image_data_format("channels_last")
        keras.config.set_floatx("float32")


@pytest.mark.parametrize("policy", ["float64", "float16"])
def test_a_model_whose_weights_are_not_float32_is_refused(policy) -> None:
    with built_in(policy):
        pixels = keras.Input((8, 8, 3))
        x = keras.layers.Conv2D(4, 3, activation="relu")(pixels)
        x = keras.layers.Dense(3, "relu")(keras.layers.Flatten()(x))
        model = keras.Model(pixels, keras.layers.Dense(2, "softmax")(x))
    for call in (lambda: ktl.backbone(model, preprocessing="tf"), lambda: Adapter(model, "dann")):
        with pytest.raises(ValueError, match=rf"trained in float32.*Received: weight.*{policy!r}"):
            call()
