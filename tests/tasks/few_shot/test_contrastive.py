import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.tasks.few_shot.contrastive import Contrastive
from kerastl.training.freezing.freezing import stages
from tests.training import tiny


def test_steps_are_rounds_until_there_are_enough():
    labels = np.repeat(np.arange(2), 8)
    assert Contrastive(rounds=40).steps(labels) == 40
    assert Contrastive(rounds=1, batch_size=8).steps(labels) == 2
    assert Contrastive(rounds=40, max_steps=7).steps(labels) == 7
    with pytest.raises(ValueError, match="batch_size"):
        Contrastive(batch_size=3)


@pytest.mark.both_backends
def test_classes_part_and_frozen_stages_stand_still():
    recipe = ktl.ImageClassification(
        tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE), feature_stages="last"
    )
    model = recipe.build(["blue", "green", "red"])
    images, names = tiny.images(count=24)
    labels = np.array([("blue", "green", "red").index(name) for name in names])
    pixels = images.astype("float32")
    encoder = keras.Model(model.input, model.get_layer("pooling").input)

    def similar():
        vectors = encoder.predict(pixels, verbose=0)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        cosines, same = vectors @ vectors.T, labels[:, None] == labels
        return cosines[same].mean() - cosines[~same].mean()

    before = similar()
    frozen = stages(model)[0].get_weights()
    first, last = Contrastive(max_steps=40).tune(
        model,
        {model.inputs[0].name: pixels},
        labels,
        trains="from:stage2",
        learning_rate=3e-3,
        seed=0,
        verbose=0,
    )
    assert last < first
    assert similar() > before + 0.1
    for weight, kept in zip(stages(model)[0].get_weights(), frozen, strict=True):
        np.testing.assert_array_equal(weight, kept)


@pytest.mark.both_backends
def test_a_loss_that_is_no_number_leaves_the_weights_as_they_were():
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    model = recipe.build(["blue", "red"])
    before = model.get_weights()
    broken = np.full((4, tiny.SIZE, tiny.SIZE, 3), np.nan, "float32")
    with pytest.raises(FloatingPointError):
        Contrastive(max_steps=3).tune(
            model,
            {model.inputs[0].name: broken},
            np.array([0, 0, 1, 1]),
            trains="all",
            learning_rate=1e-3,
            seed=0,
            verbose=0,
        )
    for weight, kept in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, kept)
