"""The contract that every backbone of keras.applications keeps, weight by weight."""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.backbones.applications import APPLICATIONS
from kerastl.backbones.partition import partition
from kerastl.backbones.preprocessing import PixelScaling
from tests.contracts.freezing import check_frozen_stages_stay, check_only_last_stage_moves
from tests.contracts.image_networks import LARGE, NETWORKS, OPTIONS, SMALLEST, VARIANTS

# In the developer's loop, one network with batch normalization and one without.
QUICK = {"mobilenet_v2", "vgg16"}
# How JAX trains does not depend on how layers are joined: these have every kind of layer that
# keeps a state or draws at random.
ON_JAX = {"vgg16", "mobilenet_v2", "efficientnet_b0", "convnext_tiny"}
# Where more than one tensor passes between stages by design.
TENSORS_PASSED_ON = {"nasnet_mobile": 2, "nasnet_large": 2}


def _named(name: str, *marks: pytest.MarkDecorator) -> Any:
    weight = [pytest.mark.nightly] if name in LARGE else [pytest.mark.slow]
    return pytest.param(name, marks=[*([] if name in QUICK else weight), *marks])


on_jax_too = pytest.mark.parametrize(
    "built",
    [_named(name, *([pytest.mark.both_backends] if name in ON_JAX else [])) for name in VARIANTS],
    indirect=True,
)


@dataclass
class Built:
    name: str
    backbone: ktl.Backbone
    model: keras.Model
    reference: keras.Model

    @property
    def stages(self) -> list[keras.Layer]:
        return [self.model.get_layer(name) for name in self.backbone.stage_names]

    def pixels(self, count: int = 2) -> np.ndarray:
        shape = (count, *self.model.inputs[0].shape[1:])
        return np.random.default_rng(0).integers(0, 256, shape).astype("float32")


@contextmanager
def _kernels(draw: Callable[..., Any]) -> Iterator[None]:
    """Have kernels drawn by numpy: Keras is slow at large ones, and JAX compiles every shape."""

    def initialize(_: Any, shape: tuple[int, ...], dtype: Any = None, **__: Any) -> Any:
        return keras.ops.convert_to_tensor(draw(shape, np.float32), dtype)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.initializers.VarianceScaling, "__call__", initialize)
        yield


def build(name: str, folder: Path) -> Built:
    """Build a backbone from a weights file of the network as keras.applications makes it."""
    size = SMALLEST.get(name, 32)
    options = OPTIONS.get(name, {})
    builder = getattr(keras.applications, APPLICATIONS[name].builder)
    generator = np.random.default_rng(1)

    def he_uniform(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
        # A depthwise kernel adds up nothing but the positions of its own channel.
        summed = shape[:2] if shape[-1] == 1 else shape[:-1]
        limit = dtype(math.sqrt(6 / math.prod(summed)))
        return limit * (2 * generator.random(shape, dtype) - 1)

    with _kernels(he_uniform):
        reference = builder(include_top=False, weights=None, input_shape=(size, size, 3), **options)
    for variable in reference.variables:
        if "moving_mean" in variable.path:
            variable.assign(generator.uniform(-0.5, 0.5, variable.shape))
        elif "moving_variance" in variable.path:
            variable.assign(generator.uniform(0.5, 1.5, variable.shape))
    weights = folder / f"{name}.weights.h5"
    reference.save_weights(weights)
    backbone = ktl.backbone(name, weights=weights, **options)
    # Zeros, so that a kernel which does not come from the file shows.
    with _kernels(np.zeros):
        model = backbone.build((size, size))
    weights.unlink()
    return Built(name, backbone, model, reference)


@pytest.fixture(scope="module", params=[_named(name) for name in VARIANTS])
def built(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Built]:
    yield build(request.param, tmp_path_factory.mktemp("weights"))
    keras.utils.clear_session()  # This collects garbage, too.


@pytest.fixture
def trained(built: Built) -> Iterator[Built]:
    """The same network for a test that trains it; its weights are restored afterwards."""
    before = built.model.get_weights()
    yield built
    built.model.trainable = True
    built.model.set_weights(before)


def test_layers_are_pixels_preprocessing_and_the_named_stages(built: Built) -> None:
    scaled = ["preprocessing"] if APPLICATIONS[built.name].preprocessing else []
    expected = ["pixels", *scaled, *built.backbone.stage_names]
    assert [layer.name for layer in built.model.layers] == expected
    assert built.model.inputs[0].name == "pixels"
    assert len(built.model.outputs[0].shape) == 4


def test_every_weight_lies_in_exactly_one_stage(built: Built) -> None:
    held = [id(weight) for stage in built.stages for weight in stage.weights]
    assert len(held) == len(set(held)) == len(built.reference.weights)
    assert set(held) == {id(weight) for weight in built.model.weights}
    assert all(stage.weights for stage in built.stages)


def test_one_tensor_passes_between_stages(built: Built) -> None:
    counts = {len(keras.tree.flatten(stage.output)) for stage in built.stages[:-1]}
    assert counts == {TENSORS_PASSED_ON.get(built.name, 1)}
    assert not isinstance(built.stages[-1].output, list)


def test_output_is_that_of_the_original_network(built: Built) -> None:
    pixels = built.pixels()
    scaled = pixels
    if APPLICATIONS[built.name].preprocessing:
        scaled = built.model.get_layer("preprocessing")(pixels)
    expected = keras.ops.convert_to_numpy(built.reference(scaled, training=False))
    given = keras.ops.convert_to_numpy(built.model(pixels, training=False))
    allowed = 1e-5 * max(1.0, np.abs(expected).max())
    assert np.abs(given - expected).max() <= allowed
    # Where the signal dies on its way, any network agrees with any other.
    assert np.abs(expected[0] - expected[1]).max() > 10 * allowed


@pytest.mark.parametrize("name", [_named(each) for first in VARIANTS for each in VARIANTS[first]])
def test_stage_table_of_a_variant_fits_its_network(name: str) -> None:
    """Other depths and widths: one build, nothing run."""
    builder = getattr(keras.applications, APPLICATIONS[name].builder)
    with _kernels(np.zeros):
        network = builder(include_top=False, weights=None, input_shape=(32, 32, 3))
    parts = partition(network, APPLICATIONS[name].ends)
    assert [part.name for part in parts] == list(APPLICATIONS[NETWORKS[name]].ends)
    weights = [
        {id(weight) for node in part.nodes for weight in getattr(node.operation, "weights", ())}
        for part in parts
    ]
    assert all(weights)
    assert sum(map(len, weights)) == len(set().union(*weights)) == len(network.weights)
    passed = TENSORS_PASSED_ON.get(name, 1)
    assert [len(part.gives) for part in parts] == [*[passed] * (len(parts) - 1), 1]
    keras.utils.clear_session()


@pytest.mark.parametrize("name", APPLICATIONS)
def test_pixels_are_scaled_as_keras_applications_scales_them(name: str) -> None:
    builder = getattr(keras.applications, APPLICATIONS[name].builder)
    module = __import__(builder.__module__, fromlist=["preprocess_input"])
    pixels = np.arange(256 * 3, dtype="float32").reshape(1, 16, 16, 3) % 256
    mode = APPLICATIONS[name].preprocessing
    scaled = pixels if mode is None else PixelScaling.named(mode)(pixels)
    expected = module.preprocess_input(pixels.copy())
    np.testing.assert_allclose(keras.ops.convert_to_numpy(scaled), expected, atol=1e-5)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_configuration_makes_the_same_backbone(name: str) -> None:
    options = OPTIONS.get(name, {})
    backbone = ktl.backbone(name, weights=None, **options)
    again = ktl.backbones.backbone_from_config(json.loads(json.dumps(backbone.get_config())))
    assert repr(again) == repr(backbone)
    assert again.stage_names == backbone.stage_names
    assert again.image_size == backbone.image_size == APPLICATIONS[name].image_size


@on_jax_too
def test_frozen_stages_do_not_move(trained: Built) -> None:
    check_frozen_stages_stay(trained.model, trained.stages, trained.pixels(4))


@on_jax_too
def test_only_the_trainable_stage_moves(trained: Built) -> None:
    check_only_last_stage_moves(trained.model, trained.stages, trained.pixels(4))


@on_jax_too
def test_saved_model_loads_and_gives_the_same(trained: Built, tmp_path: Path) -> None:
    file = tmp_path / "backbone.keras"
    trained.model.save(file)
    with _kernels(np.zeros):
        loaded = keras.saving.load_model(file)
    assert [each.name for each in loaded.layers] == [each.name for each in trained.model.layers]
    pixels = trained.pixels()
    expected = keras.ops.convert_to_numpy(trained.model(pixels, training=False))
    given = keras.ops.convert_to_numpy(loaded(pixels, training=False))
    np.testing.assert_allclose(given, expected, rtol=1e-6, atol=1e-6)
