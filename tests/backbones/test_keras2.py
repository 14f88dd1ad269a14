import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import kerastl as ktl

PIXELS = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype("float32")


def photos() -> ktl.data.Dataset:
    """Images whose class shows in their colour."""
    generator = np.random.default_rng(1)
    labels = np.arange(40) % 2
    images = generator.integers(0, 120, (40, 32, 32, 3))
    images[np.arange(40), :, :, labels] += 120
    names = np.array(["red", "green"])[labels]
    return ktl.data.arrays(images.astype("uint8"), names, validation_split=0.25, seed=0)


@pytest.fixture(scope="module")
def legacy():
    """A Keras 2 network with the layers whose configuration Keras 3 reads otherwise."""
    tf_keras = pytest.importorskip("tf_keras")
    layers = tf_keras.layers
    pixels = tf_keras.Input((32, 32, 3))
    x = layers.Rescaling(1 / 127.5, -1)(pixels)
    x = layers.Conv2D(8, 3, strides=2, name="first")(x)
    x = layers.BatchNormalization()(layers.DepthwiseConv2D(3, name="depthwise")(x))
    x = layers.ReLU(6.0, name="relu")(x)
    return tf_keras.Model(pixels, layers.Conv2D(4, 3, strides=2, name="last")(x))


@pytest.mark.parametrize("name", ["model.h5", "model.keras", "model"])
def test_a_keras_2_model_gives_the_same_numbers(legacy, name: str, tmp_path: Path) -> None:
    legacy.save(tmp_path / name)
    backbone = ktl.backbone(tmp_path / name, stages={"early": "relu", "late": "last"})
    pixels = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype("float32")
    given = np.asarray(backbone.build()(pixels))
    np.testing.assert_allclose(given, legacy(pixels).numpy(), atol=1e-5)


@pytest.mark.parametrize("name", ["model.h5", "model.keras"])
def test_a_keras_3_model_is_read_directly(name: str, tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3)])
    model.save(tmp_path / name)
    backbone = ktl.backbone(tmp_path / name, preprocessing="none")
    pixels = np.ones((1, 8, 8, 3), "float32")
    np.testing.assert_allclose(np.asarray(backbone.build()(pixels)), np.asarray(model(pixels)))


@pytest.mark.parametrize("name", ["model.h5", "model.keras", "model"])
def test_code_in_a_model_is_refused_before_it_runs(name: str, tmp_path: Path) -> None:
    tf_keras = pytest.importorskip("tf_keras")
    layers = [tf_keras.Input((8, 8, 3)), tf_keras.layers.Lambda(lambda x: x * os.getpid())]
    tf_keras.Sequential(layers).save(tmp_path / name)
    with pytest.raises(ValueError, match="has a Lambda layer"):
        ktl.backbone(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content"), [("text.txt", b"text"), ("broken.keras", b"x"), ("broken.h5", b"x")]
)
def test_what_is_no_model_is_said_so(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match="No model can be read from this path"):
        ktl.backbone(tmp_path / name)


def test_weights_alone_are_no_model(mobilenet_weights: Path) -> None:
    with pytest.raises(ValueError, match=r"weights without a model; give .*weights="):
        ktl.backbone(mobilenet_weights)


@pytest.mark.parametrize("name", ["model.h5", "model"])
def test_models_nested_in_one_another_are_carried_over(name: str, tmp_path: Path) -> None:
    layers = pytest.importorskip("tf_keras").layers
    tf_keras = pytest.importorskip("tf_keras")
    inner_in = tf_keras.Input((15, 15, 8))
    inner = layers.Conv2D(8, 3, padding="same")(inner_in)
    inner = layers.BatchNormalization(name="inner_norm")(inner)
    block = tf_keras.Model(inner_in, layers.Add(name="inner_sum")([inner_in, inner]), name="block")
    pixels = tf_keras.Input((32, 32, 3))
    x = layers.Rescaling(1 / 255)(pixels)
    x = tf_keras.Sequential([layers.Conv2D(8, 3, strides=2)], name="begin")(x)
    model = tf_keras.Model(pixels, layers.Conv2D(4, 3, strides=2, name="last")(block(x)))
    block.get_layer("inner_norm").moving_mean.assign(np.linspace(-1, 1, 8))
    model.save(tmp_path / name)
    backbone = ktl.backbone(tmp_path / name, stages={"early": "inner_sum", "late": "last"})
    given = np.asarray(backbone.build()(PIXELS))
    np.testing.assert_allclose(given, model(PIXELS).numpy(), atol=1e-5)


def test_stages_are_found_and_frozen(legacy, tmp_path: Path) -> None:
    legacy.save(tmp_path / "model.h5")
    recipe = ktl.ImageClassification(ktl.backbone(tmp_path / "model.h5"))
    assert len(recipe.backbone.stage_names) > 1
    data = photos()
    recipe.build(data.class_names)
    first, last = recipe.backbone.stage_names[0], recipe.backbone.stage_names[-1]
    before = {name: recipe.model.get_layer(name).get_weights() for name in (first, last)}
    phases = [ktl.Phase("last:1", epochs=1, learning_rate=1e-2, keep="last")]
    recipe.fit(data, phases, verbose=0)
    for old, new in zip(before[first], recipe.model.get_layer(first).get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    moved = zip(before[last], recipe.model.get_layer(last).get_weights(), strict=True)
    assert any((old != new).any() for old, new in moved)


def subclassed() -> Any:
    """A Keras 2 network with a layer that is only a class in this file."""
    tf_keras = pytest.importorskip("tf_keras")

    class Squared(tf_keras.layers.Layer):
        def build(self, shape):
            self.factor = self.add_weight(name="factor", shape=(shape[-1],), initializer="ones")

        def call(self, inputs):
            return inputs * inputs * self.factor

    pixels = tf_keras.Input((32, 32, 3))
    x = tf_keras.layers.Conv2D(8, 3, strides=4)(tf_keras.layers.Rescaling(1 / 255)(pixels))
    return tf_keras.Model(pixels, tf_keras.layers.BatchNormalization()(Squared()(x)))


@pytest.mark.slow
def test_a_saved_model_with_other_layers_is_wrapped_to_the_last_file(tmp_path: Path) -> None:
    legacy = subclassed()
    legacy.save(tmp_path / "model")
    backbone = ktl.backbone(tmp_path / "model", preprocessing="none")
    expected = legacy(PIXELS).numpy()
    np.testing.assert_allclose(np.asarray(backbone.build()(PIXELS)), expected, atol=1e-5)
    data = photos()
    recipe = ktl.ImageClassification(backbone)
    recipe.fit(data, "feature_extraction", verbose=0)
    files = [tmp_path / f"{number}.png" for number in range(4)]
    for file, content in zip(files, data.train.encoded(), strict=False):
        file.write_bytes(content)
    answers = recipe.predict(files)
    recipe.save(tmp_path / "recipe")
    bundle = recipe.export(tmp_path / "bundle", quantize=("float32",), max_drop=None)
    assert bundle["tflite/float32"].agreement == bundle["saved_model"].agreement == 1
    shutil.rmtree(tmp_path / "model")
    program = (
        "import sys, kerastl as ktl\n"
        "recipe = ktl.load(sys.argv[1])\n"
        "for each in recipe.predict(sys.argv[2:]): print(each.probability)\n"
    )
    given = [sys.executable, "-c", program, tmp_path / "recipe", *files]
    done = subprocess.run(given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    printed = [float(line) for line in done.stdout.split()]
    np.testing.assert_allclose(printed, [each.probability for each in answers], atol=1e-5)


def test_an_h5_file_with_other_layers_says_so(tmp_path: Path) -> None:
    subclassed().save(tmp_path / "model.h5")
    with pytest.raises(ValueError, match="cannot be converted to Keras 3"):
        ktl.backbone(tmp_path / "model.h5", preprocessing="none")


def test_a_graph_that_touches_files_is_refused(tmp_path: Path) -> None:
    import tensorflow as tf

    class Reader(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, 8, 8, 3))])
        def serve(self, pixels):
            return pixels + tf.strings.to_number(tf.io.read_file("/etc/hostname"))

    module = Reader()
    tf.saved_model.save(module, str(tmp_path / "model"), {"serving_default": module.serve})
    with pytest.raises(ValueError, match="operators ReadFile"):
        ktl.backbone(tmp_path / "model", preprocessing="none")


def test_a_lambda_layer_written_with_escapes_is_refused(tmp_path: Path) -> None:
    import h5py

    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Lambda(lambda x: x)])
    model.save(tmp_path / "model.h5")
    with h5py.File(tmp_path / "model.h5", "r+") as opened:
        config = opened.attrs["model_config"]
        opened.attrs["model_config"] = config.replace('"Lambda"', '"\\u004cambda"')
    with pytest.raises(ValueError, match="has a Lambda layer"):
        ktl.backbone(tmp_path / "model.h5")
