import functools
from typing import Any

import keras
import pytest

import kerastl as ktl
from tests.training import tiny


def own_layer() -> type:
    class Doubled(keras.layers.Layer):
        def call(self, inputs: Any) -> Any:
            return inputs * 2

    return Doubled


def network(layer: Any) -> keras.Model:
    pixels = keras.Input((tiny.SIZE, tiny.SIZE, 3))
    x = layer(keras.layers.Rescaling(1 / 255)(pixels))
    return keras.Model(pixels, keras.layers.Conv2D(4, 3, activation="relu")(x))


def recipe(layer: Any = None, **options: Any) -> ktl.ImageClassification:
    backbone = tiny.backbone() if layer is None else network(layer)
    made = ktl.ImageClassification(backbone, image_size=(tiny.SIZE, tiny.SIZE), **options)
    made.build(("a", "b"))
    return made


def plain(images: Any) -> Any:
    return images


class WithoutKwargs(keras.layers.Layer):
    """A layer that cannot be made from its configuration."""

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor

    def call(self, inputs: Any) -> Any:
        return inputs * self.factor


REFUSED = {
    "layer": (lambda: recipe(own_layer()()), "register the class 'Doubled'.*Received: class"),
    "augmentation": (lambda: recipe(augmentation=plain), "register the function 'plain'"),
    "lambda": (lambda: recipe(augmentation=lambda x: x), "has a `lambda`.*Received: a lambda"),
    "Lambda layer": (
        lambda: recipe(augmentation=keras.layers.Lambda(lambda x: x)),
        "has a `lambda`.*Received: a lambda in Lambda",
    ),
    "partial": (
        lambda: recipe(augmentation=functools.partial(plain)),
        r"cannot be saved: give the class a get_config\(\).*Received: ",
    ),
    "constructor": (
        lambda: recipe(
            augmentation=keras.saving.register_keras_serializable("saving")(WithoutKwargs)(2)
        ),
        r"'WithoutKwargs' cannot be made from its get_config\(\).*Received: ",
    ),
}


@pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")
@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_loaded_is_refused_before_anything_is_written(kind, tmp_path) -> None:
    make, message = REFUSED[kind]
    made = make()
    with pytest.raises(ValueError, match=message):
        made.save(tmp_path / "run")
    assert not list(tmp_path.iterdir())


def test_a_layer_can_be_registered_after_training(tmp_path) -> None:
    layer = own_layer()
    made = recipe(layer())
    keras.saving.register_keras_serializable("saving_later")(layer)
    made.save(tmp_path / "run")
    assert ktl.load(tmp_path / "run").class_names == ("a", "b")


@pytest.mark.parametrize(
    "layer",
    [keras.layers.Lambda(lambda x: x / 255), keras.layers.Lambda(plain, name="scaling")],
)
def test_a_lambda_layer_of_a_live_model_is_named(layer) -> None:
    with pytest.raises(ValueError, match=r"has a Lambda layer.*preprocessing='tf'.*Received: La"):
        ktl.backbone(network(layer), preprocessing="none")


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (WithoutKwargs(2), "WithoutKwargs.*unexpected keyword"),
        (keras.layers.Dense(3, activation=plain), "function 'plain'"),
    ],
)
def test_a_layer_that_cannot_be_copied_says_why(layer, reason) -> None:
    with pytest.raises(ValueError, match=f"cannot be copied: register.*Received: .*{reason}"):
        ktl.backbone(network(layer))
