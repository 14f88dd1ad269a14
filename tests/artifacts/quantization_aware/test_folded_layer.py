import keras
import numpy as np
import pytest

from kerastl.artifacts.quantization_aware.folded_layer import FoldedLayer

pytestmark = pytest.mark.both_backends

LAYERS = {
    "plain": lambda: keras.layers.Conv2D(5, 3, strides=2, padding="same", use_bias=False),
    "bias": lambda: keras.layers.Conv2D(5, 3),
    "grouped": lambda: keras.layers.Conv2D(6, 3, groups=2, use_bias=False),
    "depthwise": lambda: keras.layers.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False),
    "dense": lambda: keras.layers.Dense(5),
}


def some(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def pair(name, **normalization):
    """Make a layer and its normalization with statistics of their own, and an input."""
    images = some(2, 7, 7, 4)
    layer, norm = LAYERS[name](), keras.layers.BatchNormalization(**normalization)
    norm(layer(images))
    for number, weight in enumerate(norm.weights):
        weight.assign(np.abs(some(*weight.shape, seed=number)) + 0.1)
    for number, weight in enumerate(layer.weights):
        weight.assign(some(*weight.shape, seed=number))
    return layer, norm, images


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("scale", [True, False])
def test_with_fine_steps_it_is_layer_and_normalization(name, scale):
    layer, norm, images = pair(name, scale=scale, center=scale)
    # Not bits that a file has: fine enough that what is left is folding.
    folded = FoldedLayer(layer, norm, bits=24)
    np.testing.assert_allclose(folded(images), norm(layer(images)), atol=1e-5)


@pytest.mark.parametrize("name", ["plain", "bias", "depthwise", "dense"])
def test_the_mean_shift_of_rounding_is_taken_back(name):
    layer, norm, _ = pair(name)
    mean = np.array([3.0, -1.0, 2.0, 5.0], "float32")
    constant = np.broadcast_to(mean, (1, 9, 9, 4)).astype("float32")
    folded = FoldedLayer(layer, norm, bits=4)
    inside = np.s_[:, 1:-1, 1:-1]
    expected = np.asarray(norm(layer(constant)))[inside]
    plainly = np.abs(np.asarray(folded(constant))[inside] - expected).max()
    folded.input_mean.assign(mean)
    corrected = np.abs(np.asarray(folded(constant))[inside] - expected).max()
    assert plainly > 0.05
    assert corrected < 1e-4


def test_it_shares_variables_and_adds_none_that_trains():
    layer, norm, images = pair("bias")
    folded = FoldedLayer(layer, norm, bits=8)
    folded(images)
    own = {id(variable) for variable in folded.trainable_variables}
    assert own == {id(v) for v in (layer.kernel, layer.bias, norm.gamma, norm.beta)}


def test_an_activation_inside_the_layer_comes_last():
    layer = keras.layers.Conv2D(5, 3, activation="relu")
    images = some(2, 7, 7, 4)
    layer(images)
    folded = FoldedLayer(layer, None, bits=24)
    np.testing.assert_allclose(folded(images), layer(images), atol=1e-5)
    assert np.asarray(folded(images)).min() == 0
