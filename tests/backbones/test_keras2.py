import os
from pathlib import Path

import keras
import numpy as np
import pytest

import kerastl as ktl


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
    with pytest.raises(ValueError, match="holds a Lambda layer"):
        ktl.backbone(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content"), [("text.txt", b"text"), ("broken.keras", b"x"), ("broken.h5", b"x")]
)
def test_what_is_no_model_is_said_so(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match="No model can be read there"):
        ktl.backbone(tmp_path / name)


def test_weights_alone_are_no_model(mobilenet_weights: Path) -> None:
    with pytest.raises(ValueError, match=r"weights without a model; give .*weights="):
        ktl.backbone(mobilenet_weights)
