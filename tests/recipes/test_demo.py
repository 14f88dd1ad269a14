"""The demo fine-tunes the weights that it pre-trained."""

import importlib.util
from pathlib import Path

import keras
import numpy as np
import pytest

import kerastl as ktl

DEMO = Path(__file__).resolve().parents[2] / "recipes" / "demo.py"


@pytest.fixture(scope="module")
def demo():
    spec = importlib.util.spec_from_file_location("demo", DEMO)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def kernels(model):
    layers = [layer for layer in model._flatten_layers() if isinstance(layer, keras.layers.Conv2D)]
    return [np.array(layer.kernel) for layer in layers]


@pytest.mark.slow
def test_a_recipe_begins_with_the_pre_trained_weights(demo):
    network = demo.small_network()
    random = kernels(network)
    demo.pretrain(network, *ktl.data.samples.printed_digits(128))
    taught = kernels(network)
    begun = kernels(demo.recipe_from(network).build([str(digit) for digit in range(10)]))
    for before, after, at_first in zip(random, taught, begun, strict=True):
        assert np.abs(after - before).max() > 1e-3
        np.testing.assert_array_equal(at_first, after)
