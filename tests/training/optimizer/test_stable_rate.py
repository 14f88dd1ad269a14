import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.training.freezing.freezing import train_only
from kerastl.training.optimizer.stable_rate import LARGEST_CHANGE, stable_rate
from tests.training import tiny

pytestmark = pytest.mark.both_backends


def staged(layers, shape=(8, 8, 4)):
    pixels = keras.Input((*shape[:2], 3))
    x = keras.layers.Conv2D(shape[2], 1, name="first_end")(pixels)
    for layer in layers:
        x = layer(x)
    x = keras.layers.Activation("relu", name="second_end")(x)
    network = keras.Model(pixels, x)
    stages = {"first": "first_end", "second": "second_end"}
    own = ktl.backbone(network, stages=stages, preprocessing="tf")
    return own.build()


def one_step(layer, rate, shape):
    """Return by how much of itself the output changes if every weight moves by the rate."""
    generator = np.random.default_rng(0)
    inputs = np.abs(generator.normal(size=shape)).astype("float32")
    before = keras.ops.convert_to_numpy(layer(inputs))
    name = "depthwise_kernel" if hasattr(layer, "depthwise_kernel") else "kernel"
    kernel = getattr(layer, "kernel", None)
    kernel = getattr(layer, name) if kernel is None else kernel
    kernel.assign(kernel + rate)
    after = keras.ops.convert_to_numpy(layer(inputs))
    return float(np.sqrt(np.square(after - before).mean() / np.square(before).mean()))


@pytest.mark.parametrize("layer", ["conv", "depthwise", "dense", "einsum"])
def test_a_step_at_this_rate_changes_an_output_by_about_the_share(layer):
    made = {
        "conv": lambda: keras.layers.Conv2D(32, 3, kernel_initializer="he_normal"),
        "depthwise": lambda: keras.layers.DepthwiseConv2D(3),
        "dense": lambda: keras.layers.Dense(32),
        "einsum": lambda: keras.layers.EinsumDense("abcd,def->abcef", (8, 8, 4, 8)),
    }[layer]()
    model = staged([made] if layer != "einsum" else [made, keras.layers.Reshape((8, 8, 32))])
    train_only(model, "last:1")
    rate = stable_rate(model)
    trained = model.get_layer("second").model.layers[1]
    # Inputs of one sign are the worst case; zero mean weights make the share larger than that.
    change = one_step(trained, rate, (4, 8, 8, 4))
    assert LARGEST_CHANGE / 2 < change < 3 * LARGEST_CHANGE


def test_only_what_trains_counts():
    model = tiny.backbone().build()
    train_only(model, "head")
    assert stable_rate(model) == float("inf")
    train_only(model, "all")
    before = stable_rate(model)
    for weight in model.get_layer("stage1").weights:
        if len(weight.shape) == 4:
            weight.assign(weight * 1e-3)
    assert stable_rate(model) < before / 10
    train_only(model, "from:stage2")
    assert stable_rate(model) == pytest.approx(before, rel=0.3)


def test_wide_layers_of_small_weights_get_lower_rates():
    rates = []
    for units in (8, 512):
        layers = [keras.layers.Conv2D(units, 3), keras.layers.Conv2D(8, 3)]
        model = staged(layers)
        train_only(model, "last:1")
        rates.append(stable_rate(model))
    assert rates[1] < rates[0] / 10
