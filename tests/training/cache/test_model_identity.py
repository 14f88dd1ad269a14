import sys

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.training.cache import model_identity as module
from kerastl.training.cache.model_identity import (
    NotDescribableError,
    model_identity,
    object_identity,
    outputs_in_order,
)
from kerastl.training.freezing.freezing import train_only
from kerastl.training.freezing.frozen_boundary import divide
from tests.training import tiny

pytestmark = pytest.mark.both_backends


def network(activation="relu", rate=0.3, first=None, policy=None):
    pixels = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(4, 3, activation=activation, dtype=policy)(
        first(pixels) if first else pixels
    )
    x = keras.layers.Dropout(rate)(x)
    return keras.Model(pixels, {"pooled": keras.layers.GlobalAveragePooling2D()(x)})


def identity(weight=0.5, **options):
    model = network(**options)
    for each in model.weights:
        each.assign(np.full(each.shape, weight))
    return model_identity(model)


def test_neither_names_nor_what_trains_count():
    model = network()
    for each in model.weights:
        each.assign(np.full(each.shape, 0.5))
    model.layers[1].trainable = False
    assert model_identity(model) == identity()


def relu(x):
    return 3 * x


def test_a_function_named_like_one_of_keras_is_not_taken_for_it():
    with pytest.raises(NotDescribableError, match="a Python function cannot be hashed"):
        model_identity(network(activation=relu))


def prefix(trains):
    keras.utils.set_random_seed(0)
    model = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE)).build("abc")
    train_only(model, trains)
    return divide(model).prefix


def test_a_prefix_of_stages_is_known_again():
    first, second = prefix("last:1"), prefix("last:1")
    assert model_identity(first) == model_identity(second)
    assert model_identity(first) != model_identity(prefix("last:2"))
    shapes = [[model.output[n].shape for n in outputs_in_order(model)] for model in (first, second)]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize(
    "change",
    [
        {"weight": 0.50001},
        {"activation": "tanh"},
        {"rate": 0.4},
        {"policy": "mixed_bfloat16"},
        {"first": lambda x: keras.ops.flip(x, axis=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_computation_has_another_identity(change):
    assert identity(**change) != identity()


def test_slices_and_constants_count():
    firsts = [
        lambda x: x[:, 1:],
        lambda x: x[:, :-1],
        lambda x: x + np.ones(3, "float32"),
        lambda x: x + np.zeros(3, "float32"),
    ]
    assert len({identity(first=first) for first in firsts}) == 4


def test_another_version_of_kerastl_has_another_identity(monkeypatch):
    before = identity()
    monkeypatch.setattr(module, "__version__", "99")
    assert identity() != before


def test_another_version_of_the_backend_has_another_identity(monkeypatch):
    before = identity()
    monkeypatch.setattr(sys.modules[keras.backend.backend()], "__version__", "99")
    assert identity() != before


class OfTheUser(keras.layers.Layer):
    """A layer whose code only its source file tells."""

    def call(self, inputs):
        return inputs

    def compute_output_shape(self, input_shape):
        return input_shape


@pytest.mark.parametrize(
    "make",
    [
        OfTheUser,
        lambda: keras.layers.Pipeline([OfTheUser()]),
        lambda: keras.layers.TimeDistributed(OfTheUser()),
    ],
    ids=["itself", "in a pipeline", "in a wrapper"],
)
def test_the_source_of_a_users_layer_counts(monkeypatch, tmp_path, make):
    before, outside = identity(first=make()), object_identity(make())
    assert identity(first=make()) == before
    edited = tmp_path / "edited.py"
    edited.write_text("class OfTheUser: ...")
    monkeypatch.setattr(sys.modules[__name__], "__file__", str(edited))
    assert identity(first=make()) != before
    assert object_identity(make()) != outside


def of_the_user(x):
    return x


def test_a_users_function_is_not_describable():
    with pytest.raises(NotDescribableError, match="of_the_user"):
        identity(activation=of_the_user)


@pytest.mark.parametrize(
    "first",
    [
        keras.layers.Lambda(lambda x: of_the_user(x)),
        keras.layers.Lambda(of_the_user),
        keras.layers.Lambda(keras.ops.abs),
        keras.layers.TimeDistributed(keras.layers.Lambda(lambda x: of_the_user(x))),
        keras.layers.Pipeline([keras.layers.Lambda(of_the_user)]),
    ],
    ids=["lambda", "function", "of Keras", "in a wrapper", "in a pipeline"],
)
def test_a_lambda_layer_is_not_describable(first):
    with pytest.raises(NotDescribableError):
        identity(first=first)
    with pytest.raises(NotDescribableError):
        object_identity(first)


def test_names_of_operations_do_not_count():
    def doubled():
        inputs = keras.Input((4,))
        return keras.Model(inputs, keras.ops.zeros_like(inputs) + inputs)

    assert model_identity(doubled()) == model_identity(doubled())


def test_a_function_of_keras_hub_is_known_by_its_name():
    from keras_hub.src.utils.keras_utils import gelu_approximate

    def dense(activation):
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation)])
        model.set_weights([np.ones((4, 2)), np.zeros(2)])
        return model

    assert model_identity(dense(gelu_approximate)) == model_identity(dense(gelu_approximate))
    assert model_identity(dense(gelu_approximate)) != model_identity(dense("relu"))


def test_an_augmentation_is_known_by_its_settings():
    layer = keras.layers.RandomFlip
    assert object_identity(layer("horizontal")) == object_identity(layer("horizontal"))
    assert object_identity(layer("horizontal")) != object_identity(layer("vertical"))
    with pytest.raises(NotDescribableError, match="not a Keras layer"):
        object_identity(of_the_user)


def test_what_an_augmentation_has_learnt_of_data_counts():
    def adapted(data):
        layer = keras.layers.Normalization()
        layer.adapt(np.array(data, "float32"))
        return keras.layers.Pipeline([layer])

    assert object_identity(adapted([[1], [2]])) == object_identity(adapted([[1], [2]]))
    assert object_identity(adapted([[1], [2]])) != object_identity(adapted([[1], [3]]))


def test_neither_the_name_of_a_pipeline_nor_its_use_counts():
    def pipeline():
        inner = keras.layers.Pipeline([keras.layers.RandomFlip(seed=1)])
        return keras.layers.Pipeline([inner, keras.layers.RandomZoom(0.1, seed=2)])

    used = pipeline()
    used(np.zeros((2, 8, 8, 3), "float32"))
    assert object_identity(used) == object_identity(pipeline())
    assert identity(first=pipeline()) == identity(first=pipeline())
