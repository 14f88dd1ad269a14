import tempfile
from pathlib import Path

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.artifacts.litert.conversion import convert_float32
from kerastl.artifacts.litert.int8 import make_int8
from kerastl.artifacts.litert.observation import observe
from kerastl.artifacts.litert.ranges import widest_ranges
from kerastl.artifacts.litert.runner import LiteRTModel
from kerastl.artifacts.litert.weight_only import make_int4
from kerastl.artifacts.quantization_aware.fake_quantized_model import FakeQuantizedModel
from tests.training import tiny

STEPS = 255


@pytest.fixture(scope="module")
def recipe():
    """A trained recipe whose answers differ from example to example."""
    keras.utils.set_random_seed(0)
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    data = ktl.data.arrays(*tiny.images(60), validation_split=0.25, seed=0)
    recipe.fit(data, [ktl.Phase("all", epochs=2, learning_rate=1e-3, keep="last")], verbose=0)
    return recipe


@pytest.fixture(scope="module")
def images():
    return tiny.images(40, seed=3)[0].astype("float32")


def rehearsed(recipe, images, bits):
    fake_quantized = FakeQuantizedModel(recipe.model, bits)
    fake_quantized.calibrate(np.split(images, 5))
    return fake_quantized.model.predict(images, verbose=0)


# Ranges are chosen from values that each side draws by itself, and weights are not: what is
# rounded with 8 bits differs by as much as so fine a rounding costs.
@pytest.mark.parametrize(("bits", "make", "share"), [(8, make_int8, 1.0), (4, make_int4, 0.1)])
@pytest.mark.slow
def test_it_answers_as_the_file_does(recipe, images, bits, make, share):
    with tempfile.TemporaryDirectory() as folder:
        float32 = convert_float32(recipe.exportable(), Path(folder))
    inputs = {"pixels": images}
    file = LiteRTModel(make(float32, observe(float32, inputs)), threads=1).predict(inputs)
    model = recipe.model.predict(images, verbose=0)
    mine = rehearsed(recipe, images, bits)
    lost = np.abs(file - model).mean()
    assert np.abs(mine - file).mean() < share * lost
    assert np.abs(mine - file).max() < 0.005


def test_one_convolution_is_the_interpreters_within_one_step(tmp_path):
    """The int8 kernel of the interpreter, on the same weights and ranges."""
    pixels = keras.Input((8, 8, 3), name="pixels")
    x = keras.layers.Conv2D(4, 3, padding="same", use_bias=False)(pixels)
    x = keras.layers.BatchNormalization()(x)
    model = keras.Model(pixels, x)
    for number, weight in enumerate(model.weights):
        drawn = np.random.default_rng(number).normal(size=weight.shape)
        weight.assign(np.abs(drawn) + 0.3 if len(weight.shape) == 1 else drawn)
    images = np.random.default_rng(7).integers(0, 256, (20, 8, 8, 3)).astype("float32")
    content = _converted(model, tmp_path)
    # A lone layer is more than a fifth of the network, so that it is not left in float. The widest
    # ranges depend on no drawn values.
    observation = observe(content, {"pixels": images})
    file = LiteRTModel(make_int8(content, observation, choose_ranges=widest_ranges), threads=1)
    expected = file.predict({"pixels": images})
    fake_quantized = FakeQuantizedModel(model, bits=8)
    fake_quantized.calibrate(np.split(images, 5))
    exact = model.predict(images, verbose=0)
    (layer,) = (each for each in fake_quantized.model.layers if each.name.startswith("bytes"))
    layer.low.assign(exact.min())
    layer.high.assign(exact.max())
    found = fake_quantized.model.predict(images, verbose=0)
    step = (exact.max() - exact.min()) / STEPS
    assert np.abs(found - exact).max() > 0.4 * step
    assert np.abs(found - expected).max() < 1.01 * step
    # Ties and sums may fall to the neighbouring step, and seldom do.
    assert (np.abs(found - expected) > 0.01 * step).mean() < 0.05


def _converted(model, folder):
    import tensorflow as tf

    archive = keras.export.ExportArchive()
    archive.add_endpoint(
        "serving_default",
        lambda inputs: {"scores": model(inputs["pixels"], training=False)},
        input_signature=[{"pixels": tf.TensorSpec((1, 8, 8, 3), tf.float32, name="pixels")}],
    )
    archive.track(model)
    archive.write_out(str(folder / "model"), verbose=False)
    return tf.lite.TFLiteConverter.from_saved_model(str(folder / "model")).convert()


@pytest.mark.slow
@pytest.mark.both_backends
def test_weights_are_shared_and_the_model_stays_as_it_was(recipe, images):
    before = recipe.model.predict(images, verbose=0)
    described = recipe.model.to_json()
    fake_quantized = FakeQuantizedModel(recipe.model, bits=8)
    fake_quantized.calibrate(np.split(images, 5))
    mine = fake_quantized.model.predict(images, verbose=0)
    assert recipe.model.to_json() == described
    assert (recipe.model.predict(images, verbose=0) == before).all()
    head = recipe.model.get_layer("head").dense.bias
    kept = head.numpy() if hasattr(head, "numpy") else np.asarray(head)
    try:
        head.assign(kept + np.array([0, 5, 0], "float32"))
        moved = fake_quantized.model.predict(images, verbose=0)
    finally:
        head.assign(kept)
    assert (moved[:, 1] > mine[:, 1]).all()


@pytest.mark.both_backends
def test_what_cannot_be_rounded_is_refused():
    tokens = keras.Input((6, 8))
    attention = keras.layers.MultiHeadAttention(2, 4, name="attention")(tokens, tokens)
    with pytest.raises(ValueError, match=r"dynamic.*Received: .*'attention'"):
        FakeQuantizedModel(keras.Model(tokens, keras.layers.Dense(2)(attention)), bits=8)
    pixels = keras.Input((8, 8, 3))
    apart = keras.layers.SeparableConv2D(4, 3, name="apart")(pixels)
    with pytest.raises(ValueError, match=r"can be quantized.*Received: layers apart"):
        FakeQuantizedModel(keras.Model(pixels, apart), bits=8)
