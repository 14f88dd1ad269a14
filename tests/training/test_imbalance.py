"""What weights, focus and balanced draws do where one class is rare."""

import keras
import numpy as np
import pytest

import kerastl as ktl
from tests.training import tiny
from tests.training.uncalibrated import undo_temperature

pytestmark = pytest.mark.both_backends

COMMON, RARE = 72, 8


def data():
    """Return images of two classes that overlap, nine of one to one of the other."""
    generator = np.random.default_rng(0)

    def drawn(common, rare):
        labels = np.array([0] * common + [1] * rare)
        images = generator.normal(110, 40, (common + rare, tiny.SIZE, tiny.SIZE, 3))
        images += generator.normal(0, 25, (common + rare, 1, 1, 1))
        images[:, :, :, 0] += 30 * labels[:, None, None]
        return np.clip(images, 0, 255).astype("uint8"), labels

    train, validation = drawn(COMMON, RARE), drawn(45, 5)
    names = np.array(["common", "rare"])
    splits = [ktl.data.arrays(x, names[y]).train for x, y in (train, validation)]
    return ktl.data.Dataset(*splits)


def on_the_rare(phase):
    """Return the share of rare examples that are found, and their mean probability."""
    keras.utils.set_random_seed(0)
    # The learning rate suits a head that reads means.
    made = ktl.ImageClassification(
        tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE), pooling="average"
    )
    examples = data()
    history = made.fit(examples, [phase], verbose=0, seed=0)
    assert set(history.history) == {"accuracy", "loss", "val_accuracy", "val_loss"}
    # The shares that the phase has learned, before the confidence was corrected.
    rows = undo_temperature(made).model.predict(made.batches(examples.train), verbose=0)
    rare = rows[examples.train.labels == 1, 1]
    return float((rare > 0.5).mean()), float(rare.mean())


def head(**settings):
    return ktl.Phase("head", epochs=8, learning_rate=3e-2, keep="last", **settings)


@pytest.fixture(scope="module")
def plain():
    return on_the_rare(head())


@pytest.mark.parametrize(
    "settings",
    [
        {"loss_settings": {"class_weights": "balanced"}},
        {"loss_settings": {"class_weights": {"rare": 9.0}}},
        {"balanced": True},
    ],
    ids=["balanced weights", "given weights", "balanced draws"],
)
@pytest.mark.slow
def test_the_rare_class_is_found_more_often(settings, plain):
    recall, probability = on_the_rare(head(**settings))
    assert recall > plain[0] + 0.2
    assert probability > plain[1] + 0.2


@pytest.mark.slow
def test_focus_raises_the_probability_of_the_rare_class(plain):
    # The easy examples are the common ones; which of two classes is likelier may stay.
    assert on_the_rare(head(loss_settings={"focal": 4.0}))[1] > plain[1] + 0.1


def test_a_linear_probe_uses_class_weights():
    balanced = ktl.LossSettings(class_weights="balanced")
    plain, weighted = (
        on_the_rare(ktl.Phase("head", linear_probe=True, loss_settings=each))[1]
        for each in (None, balanced)
    )
    assert 1 - weighted < (1 - plain) / 2


def test_a_class_that_is_not_there_is_refused_before_anything_trains():
    phases = [
        ktl.Phase("head", linear_probe=True),
        head(loss_settings={"class_weights": {"rar": 2.0}}),
    ]
    made = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    with pytest.raises(ValueError, match="Did you mean 'rare'"):
        made.fit(data(), phases, verbose=0)


@pytest.mark.slow
def test_cached_features_are_drawn_in_the_same_balanced_order():
    def weights(limit):
        keras.utils.set_random_seed(0)
        made = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
        phase = ktl.Phase("head", epochs=2, balanced=True, keep="last")
        cache = ktl.FeatureCache(memory_limit=limit, disk_limit=0)
        made.fit(data(), [phase], cache=cache, verbose=0)
        return made.model.get_layer("head").get_weights()

    for kept, computed in zip(weights(2**30), weights(0), strict=True):
        np.testing.assert_allclose(kept, computed, atol=1e-5)
