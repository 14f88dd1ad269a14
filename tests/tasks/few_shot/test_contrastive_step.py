import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.recipe.examples import RecipeExamples
from kerastl.tasks.few_shot.contrastive_fine_tune import ContrastiveFineTune
from kerastl.tasks.few_shot.contrastive_step import ContrastiveStep
from kerastl.training.freezing.freezing import stages
from kerastl.training.loop.trainer import Trainer
from tests.training import tiny

CLASSES = ("blue", "green", "red")


def trained(pixels, names, schedule):
    """Tune a tiny network contrastively, and return the recipe with the history."""
    recipe = ktl.ImageClassification(
        tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE), feature_stages="last"
    )
    recipe.build(CLASSES)
    data = ktl.data.Dataset(ktl.data.arrays(pixels, names).train)
    examples = RecipeExamples(recipe, data, 32)
    step = ContrastiveStep(recipe.model, examples, recipe.criterion, 0, schedule)
    phases = schedule.phases(recipe.backbone.stage_names, examples)[:1]
    before = recipe.model.get_weights()
    frozen = stages(recipe.model)[0].get_weights()
    trainer = Trainer(step, 3e-3, verbose=0)
    return recipe, before, frozen, lambda: trainer.run(phases)


@pytest.mark.both_backends
def test_classes_part_and_frozen_stages_stand_still():
    images, names = tiny.images(count=24)
    labels = np.array([CLASSES.index(name) for name in names])
    recipe, _, frozen, run = trained(images, names, ContrastiveFineTune(max_steps=40))
    model = recipe.model
    encoder = keras.Model(model.input, model.get_layer("pooling").input)

    def similar():
        vectors = encoder.predict(images.astype("float32"), verbose=0)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        cosines, same = vectors @ vectors.T, labels[:, None] == labels
        return cosines[same].mean() - cosines[~same].mean()

    before = similar()
    losses = run().history["contrastive_loss"]
    assert losses[-1] < losses[0]
    assert similar() > before + 0.1
    for weight, kept in zip(stages(model)[0].get_weights(), frozen, strict=True):
        np.testing.assert_array_equal(weight, kept)


@pytest.mark.both_backends
def test_a_loss_that_is_no_number_leaves_the_weights_as_they_were():
    images, names = tiny.images(count=12)
    recipe, before, _, run = trained(images, names, ContrastiveFineTune(learning_rate=1e30))
    with pytest.raises(FloatingPointError, match="in phase 1"):
        run()
    for weight, kept in zip(recipe.model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, kept)


@pytest.mark.parametrize("option", [{"augment": True}, {"mix": "mixup"}, {"patience": 2}])
def test_a_phase_that_contrastive_tuning_cannot_run_is_refused(option):
    images, names = tiny.images(count=12)
    recipe, _, _, _ = trained(images, names, ContrastiveFineTune())
    data = ktl.data.Dataset(ktl.data.arrays(images, names).train)
    step = ContrastiveStep(
        recipe.model, RecipeExamples(recipe, data, 32), recipe.criterion, 0, ContrastiveFineTune()
    )
    with pytest.raises(ValueError, match=f"Received: {next(iter(option))}="):
        step.check(ktl.Phase("all", **option))
