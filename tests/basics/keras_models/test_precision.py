import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.basics.keras_models.precision import (
    built_in,
    copy_in_precision,
    in_precision,
    model_precision,
)
from tests.training import tiny

L = keras.layers


class OwnLoss(keras.losses.Loss):
    """A loss that is not registered."""

    def call(self, y_true, y_pred):
        return keras.ops.mean(y_pred, axis=-1)


def network(policy):
    with built_in(policy):
        pixels = keras.Input((8, 8, 3))
        scaling = L.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0])
        inner = keras.Sequential([L.Conv2D(4, 3), L.BatchNormalization()])
        x = L.GlobalAveragePooling2D()(inner(scaling(pixels)))
        x = keras.ops.cast(x, keras.config.dtype_policy().compute_dtype)
        model = keras.Model(pixels, L.Dense(2, dtype="float32", name="fixed")(x * 2))
    model.compile("adam", OwnLoss())
    return model


@pytest.mark.both_backends
@pytest.mark.parametrize("old", ["float32", "mixed_float16"])
@pytest.mark.parametrize("new", ["float32", "mixed_bfloat16"])
def test_a_copy_has_the_weights_and_another_precision(old, new) -> None:
    model = network(old)
    copy = copy_in_precision(model, new)
    assert model_precision(copy) == new
    assert keras.config.dtype_policy().name == "float32"
    pixels = np.random.default_rng(0).normal(size=(2, 8, 8, 3)).astype("float32")
    ours, theirs = (each.predict(pixels, verbose=0) for each in (copy, model))
    np.testing.assert_allclose(ours, theirs, atol=0.05)
    assert not {id(each) for each in copy.weights} & {id(each) for each in model.weights}
    # In a mixed-precision model, float32 was somebody's decision.
    fixed = "float32" if old != "float32" else new
    assert copy.get_layer("fixed").dtype_policy.name == fixed


def test_types_inside_a_configuration_become_those_of_the_policy() -> None:
    policy = {"class_name": "DTypePolicy", "config": {"name": "mixed_float16"}}
    config = {"a": [{"dtype": policy}], "b": ({"dtype": "float16"},), "name": "float16"}
    assert in_precision(config, "float32") == {
        "a": [{"dtype": {"class_name": "DTypePolicy", "config": {"name": "float32"}}}],
        "b": ({"dtype": "float32"},),
        "name": "float16",
    }


@pytest.mark.slow
def test_a_loaded_float16_model_scales_its_loss(tmp_path) -> None:
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    with built_in("mixed_float16"):
        recipe.build(("blue", "green", "red"))
    recipe.save(tmp_path / "run")
    found = []

    class Optimizer(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            found.append(type(self.model.optimizer).__name__)

    data = ktl.data.arrays(*tiny.images(16), validation_split=0.25)
    phases = [ktl.Phase("last:1", epochs=1, keep="last")]
    ktl.load(tmp_path / "run").fit(data, phases, callbacks=[Optimizer()], verbose=0)
    assert found == ["LossScaleOptimizer"]
