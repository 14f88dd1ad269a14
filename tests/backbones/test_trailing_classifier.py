import json
import warnings
from typing import Any

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.backbones.trailing_classifier import find_classifier

L = keras.layers


def base(pixels: Any) -> Any:
    x = L.Rescaling(1 / 255)(pixels)
    return L.ReLU(name="features")(L.Conv2D(6, 3, strides=2, name="conv")(x))


def with_top(*top: keras.layers.Layer) -> keras.Model:
    pixels = x = keras.Input((16, 16, 3))
    for layer in (base, *top):
        x = layer(x)
    return keras.Model(pixels, x, name="old")


def averaged(*top: Any) -> keras.Model:
    return with_top(L.GlobalAveragePooling2D(), *top)


def sequential() -> keras.Model:
    pixels = keras.Input((16, 16, 3))
    application = keras.Model(pixels, base(pixels), name="application")
    top = [L.GlobalAveragePooling2D(), L.Dropout(0.2), L.Dense(7, "softmax")]
    return keras.Sequential([pixels, application, *top], name="old")


def nested() -> keras.Model:
    pixels = keras.Input((16, 16, 3))
    inner = keras.Model(pixels, L.Flatten()(base(pixels)), name="hub")
    taken = keras.Input((16, 16, 3))
    return keras.Model(taken, L.Dense(7, "softmax")(inner(taken)), name="old")


def two_poolings() -> keras.Model:
    def top(x: Any) -> Any:
        both = [L.GlobalAveragePooling2D()(x), L.GlobalMaxPooling2D()(x)]
        return L.Dense(7, "softmax")(L.Concatenate()(both))

    return with_top(top)


def named(name: str, **options: Any) -> keras.Model:
    builder = getattr(keras.applications, name)
    return builder(weights=None, classes=7, input_shape=(32, 32, 3), **options)


CLASSIFIERS = {
    "softmax": lambda: averaged(L.Dense(7, "softmax")),
    "softmax layer": lambda: averaged(L.Dense(7), L.Softmax()),
    "activation layer": lambda: averaged(L.Dense(7), L.Activation("softmax", dtype="float32")),
    "operation": lambda: averaged(L.Dense(7), keras.ops.softmax),
    "temperature": lambda: averaged(L.Dense(7), lambda x: x / 2.0, L.Softmax()),
    "sigmoid": lambda: averaged(L.Dense(1, "sigmoid")),
    "labels": lambda: with_top(L.Flatten(), L.Dense(5), L.Activation("sigmoid")),
    "hidden": lambda: averaged(L.Dense(9, "relu"), L.Dropout(0.5), L.Dense(7, "softmax")),
    "normalized": lambda: averaged(L.BatchNormalization(), L.Dense(7, "softmax")),
    "convolution": lambda: with_top(L.Conv2D(7, 1), L.GlobalAveragePooling2D(), L.Softmax()),
    "rectified": lambda: with_top(
        L.Conv2D(7, 1), L.ReLU(), L.GlobalAveragePooling2D(), L.Softmax()
    ),
    "pixelwise": lambda: with_top(L.Conv2D(7, 1, activation="softmax")),
    "two poolings": two_poolings,
    "sequential": sequential,
    "nested": nested,
}


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_a_classifier_is_left_out_and_a_warning_names_its_layers(kind: str) -> None:
    model = CLASSIFIERS[kind]()
    with pytest.warns(UserWarning, match="ends in a classifier, which the backbone leaves out"):
        backbone = ktl.backbone(model)
    built = backbone.build()
    pixels = np.random.default_rng(0).integers(0, 256, (2, 16, 16, 3)).astype("float32")
    inner = next((e for e in model.layers if isinstance(e, keras.Model)), model)
    end = keras.Model(inner.inputs, inner.get_layer("features").output)
    np.testing.assert_allclose(np.asarray(built(pixels)), np.asarray(end(pixels)), atol=1e-5)
    assert "left_out=" in repr(backbone)
    again = ktl.backbones.backbone_from_config(json.loads(json.dumps(backbone.get_config())))
    assert again.build().output.shape == built.output.shape


LINEAR = {
    "dense": lambda: averaged(L.Dense(7)),
    "one number": lambda: averaged(L.Dense(1)),
    "dropout": lambda: averaged(L.Dense(7), L.Dropout(0.1)),
    "convolution": lambda: with_top(L.Conv2D(7, 1), L.GlobalAveragePooling2D()),
}


@pytest.mark.parametrize("kind", LINEAR)
def test_a_linear_end_is_asked_about(kind: str) -> None:
    model = LINEAR[kind]()
    with pytest.raises(ValueError, match=r"may be a classifier: include_top=False .*Received: "):
        ktl.backbone(model)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ktl.backbone(model, include_top=False).build().output.shape[-1] == 6
        kept = ktl.backbone(model, include_top=True)
    assert kept.build().output.shape == model.output.shape


FEATURES = {
    "map": lambda: with_top(),
    "vector": lambda: averaged(),
    "hidden": lambda: averaged(L.Dense(9, "relu")),
    "unit length": lambda: averaged(L.Dense(9), L.UnitNormalization()),
    "gate": lambda: with_top(lambda x: x * L.Conv2D(6, 1, activation="sigmoid")(x)),
    "linear convolution": lambda: with_top(L.Conv2D(7, 1)),
}


@pytest.mark.parametrize("kind", FEATURES)
def test_a_model_that_ends_in_features_is_whole(kind: str) -> None:
    model = FEATURES[kind]()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        backbone = ktl.backbone(model)
    assert backbone.build().output.shape == model.output.shape


@pytest.mark.parametrize(
    ("name", "options"),
    [("MobileNet", {}), ("MobileNetV2", {"alpha": 0.35}), ("MobileNetV3Small", {})],
)
def test_the_classifier_of_an_application_starts_after_its_last_map(
    name: str, options: dict[str, Any]
) -> None:
    model = named(name, **options)
    without = named(name, include_top=False, **options)
    found = find_classifier(model)
    assert found is not None
    assert found.is_certain
    assert found.features.shape == without.output.shape


def test_features_before_a_fixed_size_classifier_take_another_size() -> None:
    model = with_top(L.Flatten(), L.Dense(7, "softmax"))
    backbone = ktl.backbone(model, include_top=False)
    assert backbone.build((32, 24)).output.shape == (None, 15, 11, 6)


def test_a_hidden_layer_is_kept_if_nothing_else_learned() -> None:
    pixels = keras.Input((16, 16, 3))
    layers = [pixels, L.Rescaling(1 / 255), L.Flatten(), L.Dense(9, "relu"), L.Dense(7, "softmax")]
    with pytest.warns(UserWarning, match="classifier"):
        assert ktl.backbone(keras.Sequential(layers)).build().output.shape == (None, 9)
    only = keras.Sequential([pixels, L.Rescaling(1 / 255), L.Flatten(), L.Dense(7, "softmax")])
    with pytest.raises(ValueError, match=r"no features to train on. Received: "):
        ktl.backbone(only)


def test_joined_classifiers_cannot_be_separated() -> None:
    def top(x: Any) -> Any:
        pooled = L.GlobalAveragePooling2D()(x)
        return L.Average()([L.Dense(7, "softmax")(pooled), L.Dense(7, "softmax")(pooled)])

    for include_top in (None, False):
        with pytest.raises(ValueError, match=r"cannot be separated .*stages=.*Received: "):
            ktl.backbone(with_top(top), include_top=include_top)


def test_a_tagger_for_texts_loses_its_scores() -> None:
    tokens = keras.Input((None,), dtype="int32", name="token_ids")
    mask = keras.Input((None,), dtype="int32", name="padding_mask")
    x = L.Embedding(10, 4)(tokens) * keras.ops.cast(mask, "float32")[..., None]
    scores = L.Dense(3, "softmax")(L.Dropout(0.1)(x))
    model = keras.Model({"token_ids": tokens, "padding_mask": mask}, scores)
    with pytest.warns(UserWarning, match="classifier"):
        assert ktl.backbone(model).build().output.shape == (None, None, 4)
