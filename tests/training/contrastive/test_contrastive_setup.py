import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.recipe.examples import RecipeExamples
from kerastl.tasks.few_shot.contrastive_fine_tune import ContrastiveFineTune
from kerastl.training.freezing.freezing import stages
from kerastl.training.loop.supervised_step import SupervisedStep
from kerastl.training.loop.trainer import Trainer
from tests.training import tiny
from tests.training.uncalibrated import undo_temperature

CLASSES = ("blue", "green", "red")


def trained(pixels, names, schedule):
    """Tune a tiny network contrastively, and return the recipe with the history."""
    recipe = ktl.ImageClassification(
        tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE), feature_stages="last"
    )
    recipe.build(CLASSES)
    data = ktl.data.Dataset(ktl.data.arrays(pixels, names).train)
    examples = RecipeExamples(recipe, data, 32)
    step = SupervisedStep(recipe.model, examples, recipe.criterion, 0)
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
        pooled = encoder.predict(images.astype("float32"), verbose=0)
        vectors = np.concatenate(pooled, axis=1)
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


@pytest.mark.parametrize(
    "option", [{"augment": True}, {"mix": "mixup"}, {"patience": 2}, {"keep": "soup"}]
)
def test_a_phase_that_contrastive_tuning_cannot_run_is_refused(option):
    with pytest.raises(ValueError, match=f"Received: {next(iter(option))}="):
        ktl.Phase("all", contrastive_steps=20, **option)


@pytest.mark.both_backends
@pytest.mark.parametrize(("required_gain", "kept"), [(-1e9, 2), (1e9, None)])
def test_a_new_probe_is_kept_only_if_it_helps(required_gain, kept):
    images, names = tiny.images(count=36)
    # Labels that no probe gets all right: otherwise every loss is zero.
    names = np.random.default_rng(0).permutation(names)
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    data = ktl.data.arrays(images, names, validation_split=0.25, seed=0)
    probe = ktl.Phase("head", linear_probe=True)
    first = recipe.fit(data, [probe], verbose=0)
    before = recipe.model.get_weights()
    tuning = ktl.Phase(
        "all",
        epochs=3,
        learning_rate=1e-2,
        contrastive_steps=9,
        keep="refitted",
        required_gain=required_gain,
    )
    history = recipe.fit(data, [tuning], verbose=0)
    assert history.phases[0]["kept_epoch"] == kept
    undo_temperature(recipe)
    pairs = zip(recipe.model.get_weights(), before, strict=True)
    same = [np.allclose(ours, theirs, rtol=1e-5) for ours, theirs in pairs]
    assert all(same) == (kept is None)
    if kept is None:
        recipe.model.get_layer("head").divide_logits(1 / first.calibration["temperature"])
        loss = recipe.evaluate(data.validation).loss
        assert loss == pytest.approx(first.history["val_loss"][0], rel=1e-3)
