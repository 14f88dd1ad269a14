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
from tests.contracts.freezing import check_frozen_stages_stay, check_only_last_stage_moves

SMALLEST = {"inception_v3": 75, "inception_resnet_v2": 75, "xception": 71}
# One of each family, at its cheapest; these also go through training and saving.
REPRESENTATIVES = {
    "vgg16": {},
    "resnet50": {},
    "resnet50_v2": {},
    "inception_v3": {},
    "inception_resnet_v2": {},
    "xception": {},
    "mobilenet": {"alpha": 0.25},
    "mobilenet_v2": {"alpha": 0.35},
    "mobilenet_v3_small": {"alpha": 0.75, "minimalistic": True},
    "densenet121": {},
    "nasnet_mobile": {},
    "efficientnet_b0": {},
    "efficientnet_v2_b0": {},
    "convnext_tiny": {},
}
# In the developer's loop, one network with batch normalization and one without.
QUICK = {"mobilenet_v2", "vgg16"}
# A smaller network of the same builder, and one of another depth, stay in `make test`.
LARGE = {
    "resnet152", "resnet101_v2", "resnet152_v2", "densenet201", "nasnet_large",
    "efficientnet_b2", "efficientnet_b3", "efficientnet_b4", "efficientnet_b5",
    "efficientnet_b6", "efficientnet_b7", "efficientnet_v2_b2", "efficientnet_v2_b3",
    "efficientnet_v2_m", "efficientnet_v2_l", "convnext_base", "convnext_large", "convnext_xlarge",
}  # fmt: skip
# How JAX trains does not depend on how layers are joined: these have every kind of layer that
# keeps a state or draws at random.
ON_JAX = {"vgg16", "mobilenet_v2", "efficientnet_b0", "convnext_tiny"}
# Where more than one tensor passes between stages by design.
TENSORS_PASSED_ON = {"nasnet_mobile": 2, "nasnet_large": 2}


def _named(name: str, *marks: pytest.MarkDecorator) -> Any:
    weight = [pytest.mark.nightly] if name in LARGE else [pytest.mark.slow]
    return pytest.param(name, marks=[*([] if name in QUICK else weight), *marks])


representatives = pytest.mark.parametrize(
    "built",
    [
        _named(name, *([pytest.mark.both_backends] if name in ON_JAX else []))
        for name in REPRESENTATIVES
    ],
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
    """Build a backbone from a weights file of keras.applications' own network."""
    size = SMALLEST.get(name, 32)
    options = REPRESENTATIVES.get(name, {})
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


@pytest.fixture(scope="module", params=[_named(name) for name in APPLICATIONS])
def built(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Built]:
    yield build(request.param, tmp_path_factory.mktemp("weights"))
    keras.utils.clear_session()  # This collects garbage, too.


@pytest.fixture
def representative(built: Built) -> Iterator[Built]:
    """The network that other tests look at too, put back as it was after training."""
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


def test_pixels_are_scaled_as_keras_applications_scales_them(built: Built) -> None:
    builder = getattr(keras.applications, APPLICATIONS[built.name].builder)
    module = __import__(builder.__module__, fromlist=["preprocess_input"])
    pixels = np.arange(256 * 3, dtype="float32").reshape(1, 16, 16, 3) % 256
    scaled = pixels
    if APPLICATIONS[built.name].preprocessing:
        scaled = keras.ops.convert_to_numpy(built.model.get_layer("preprocessing")(pixels))
    np.testing.assert_allclose(scaled, module.preprocess_input(pixels.copy()), atol=1e-5)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_configuration_makes_the_same_backbone(name: str) -> None:
    options = REPRESENTATIVES.get(name, {})
    backbone = ktl.backbone(name, weights=None, **options)
    again = ktl.backbones.backbone_from_config(json.loads(json.dumps(backbone.get_config())))
    assert repr(again) == repr(backbone)
    assert again.stage_names == backbone.stage_names
    assert again.image_size == backbone.image_size == APPLICATIONS[name].image_size


@representatives
def test_frozen_stages_do_not_move(representative: Built) -> None:
    check_frozen_stages_stay(representative.model, representative.stages, representative.pixels(4))


@representatives
def test_only_the_trainable_stage_moves(representative: Built) -> None:
    check_only_last_stage_moves(
        representative.model, representative.stages, representative.pixels(4)
    )


@representatives
def test_saved_model_loads_and_gives_the_same(representative: Built, tmp_path: Path) -> None:
    file = tmp_path / "backbone.keras"
    representative.model.save(file)
    with _kernels(np.zeros):
        loaded = keras.saving.load_model(file)
    assert [each.name for each in loaded.layers] == [
        each.name for each in representative.model.layers
    ]
    pixels = representative.pixels()
    expected = keras.ops.convert_to_numpy(representative.model(pixels, training=False))
    given = keras.ops.convert_to_numpy(loaded(pixels, training=False))
    np.testing.assert_allclose(given, expected, rtol=1e-6, atol=1e-6)
