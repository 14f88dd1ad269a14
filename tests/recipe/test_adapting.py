"""Recipes that are fitted to a target: the same demands on every method."""

import subprocess
import sys
from typing import ClassVar

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.adaptation.methods.resolve import METHODS, resolve_method
from kerastl.training.loop.trainer import Trainer
from tests.contracts.adapted import check_what_is_kept
from tests.training import tiny

pytestmark = pytest.mark.both_backends

BOTTLENECK_EPOCHS = [ktl.Phase("head", epochs=2, learning_rate=1e-2, keep="last")]


def recipe():
    return ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))


def source():
    return ktl.data.arrays(*tiny.images(48), validation_split=0.25, seed=0)


def target():
    """Return darker images."""
    images, labels = tiny.images(36, seed=1)
    return (images * 0.7).astype("uint8"), labels


def fit(method, **options):
    made = recipe()
    if resolve_method(method).bottleneck:
        options.setdefault("schedule", BOTTLENECK_EPOCHS)
    goal = ktl.adaptation.Target(target()[0], keep_adapted=True)
    made.fit(source(), adapt_to=goal, adaptation=method, verbose=0, **options)
    return made


# One method of each kind by day, and the others by night on the backend that traces faster:
# tests/adaptation/test_adapter.py trains every one of them.
EVERY_DAY = ("cdan+e", "mmd", "self_training", "shot", "adabn")
BY_NIGHT = [
    pytest.param(name, marks=pytest.mark.nightly)
    for name in METHODS
    if name not in (*EVERY_DAY, "udalm") and keras.backend.backend() == "tensorflow"
]  # udalm takes texts: test_udalm.py


@pytest.mark.slow
@pytest.mark.parametrize("method", [*EVERY_DAY, *BY_NIGHT])
def test_every_method_fits_predicts_saves_and_exports(method, tmp_path):
    images, _ = target()
    check_what_is_kept(fit(method), images.astype("float32"), images, tmp_path)


@pytest.mark.slow
def test_without_its_discriminator_a_model_predicts_the_same_bits(monkeypatch):
    trained, run = [], Trainer._fit

    def noted(self, setup, *others):
        trained.append(setup.model)
        return run(self, setup, *others)

    monkeypatch.setattr(Trainer, "_fit", noted)
    # Where everything trains, images go in and not what frozen stages give.
    made = fit("dann", schedule=[ktl.Phase("all", epochs=1, keep="last")])
    images = target()[0].astype("float32")
    # The source-only baseline trains first.
    assert trained[1].alignment.discriminator.weights
    np.testing.assert_array_equal(
        made.model.predict(images, verbose=0),
        trained[1].predict(images, verbose=0)["probabilities"],
    )


def test_a_shift_of_brightness_is_adapted_to():
    images, labels = target()
    made = fit("self_training")
    accuracy = np.mean(
        [p.label == label for p, label in zip(made.predict(images), labels, strict=True)]
    )
    assert accuracy > 0.8


@pytest.mark.slow
def test_middle_stages_train_against_the_discriminator():
    made = ktl.ImageClassification(tiny.backbone(), image_size=(12, 12), bottleneck=8)
    model = made.build(source().class_names)
    before = {name: model.get_layer(name).get_weights() for name in tiny.STAGES}
    history = made.fit(
        source(),
        [ktl.Phase("last:1", epochs=2, learning_rate=1e-3, keep="last")],
        adapt_to=ktl.adaptation.Target(target()[0], keep_adapted=True),
        adaptation="dann",
        verbose=0,
    )
    assert len(history.history["domain_accuracy"]) == 2
    moved = {
        name: any(
            (old != new).any()
            for old, new in zip(weights, model.get_layer(name).get_weights(), strict=True)
        )
        for name, weights in before.items()
    }
    assert moved == {"stage1": False, "stage2": False, "stage3": True}


@pytest.mark.slow
def test_adabn_takes_the_statistics_of_the_target():
    alone = recipe()
    alone.fit(source(), "feature_extraction", verbose=0)
    made = fit("adabn")

    def means(model):
        return [np.array(w) for w in model.weights if w.name == "moving_mean"]

    assert len(means(made.model)) == len(tiny.STAGES)
    for ours, theirs in zip(means(made.model), means(alone.model), strict=True):
        assert np.abs(ours - theirs).max() > 1e-3


@pytest.mark.slow
def test_several_sources_and_a_few_labelled_target_examples():
    images, labels = target()
    few = ktl.data.arrays(images[:6], labels[:6]).train
    goal = ktl.adaptation.Target(images[6:], labelled=few)
    other = ktl.data.arrays(*tiny.images(30, seed=5), validation_split=0.3, seed=0)
    made = recipe()
    made.fit([source(), other], BOTTLENECK_EPOCHS, adapt_to=goal, adaptation="dann", verbose=0)
    assert made.history.history["domain_accuracy"]


def test_texts_as_a_target_of_images_are_an_error():
    with pytest.raises(ValueError, match="takes image data"):
        recipe().fit(source(), adapt_to=["a text"], adaptation="dann", verbose=0)


def test_resuming_an_adaptation_needs_its_directory():
    with pytest.raises(ValueError, match=r"needs `checkpoint=`.*resume=True, checkpoint=None"):
        fit("dann", resume=True)


def test_the_state_of_another_kind_of_training_is_refused(tmp_path):
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if self.model.optimizer.iterations > 3:
                raise KeyboardInterrupt

    phases = [ktl.Phase("head", epochs=4)]
    with pytest.raises(KeyboardInterrupt):
        fit("dann", schedule=phases, batch_size=16, checkpoint=tmp_path, callbacks=[Stop()])
    with pytest.raises(ValueError, match="a run of another kind"):
        recipe().fit(source(), phases, checkpoint=tmp_path, resume=True, verbose=0)
    with pytest.raises(FileExistsError, match="unfinished run"):
        fit("dann", schedule=phases, batch_size=16, checkpoint=tmp_path)


class Counting:
    """A schedule that remembers how many examples it is told of."""

    told = 0

    def phases(self, stage_names, examples=None):
        self.told = examples.training_count
        return [ktl.Phase("head", linear_probe=True)]

    def get_config(self):
        return {}


def test_a_schedule_by_the_number_of_examples_counts_those_of_the_source():
    schedule = Counting()
    fit("self_training", schedule=schedule)
    assert schedule.told == len(source().train)


@pytest.mark.slow
def test_an_adapted_recipe_predicts_the_same_in_a_new_process(tmp_path):
    made = fit("dann")
    made.save(tmp_path / "saved")
    np.save(tmp_path / "images.npy", target()[0])
    program = (
        "import sys, numpy as np, kerastl as ktl\n"
        "recipe = ktl.load(sys.argv[1])\n"
        "labels = [p.label for p in recipe.predict(np.load(sys.argv[2]))]\n"
        "print(','.join(labels))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "saved", tmp_path / "images.npy"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip().split(",") == [p.label for p in made.predict(target()[0])]


@pytest.mark.parametrize("method", ["self_training", pytest.param("shot", marks=pytest.mark.slow)])
def test_a_saved_recipe_is_adapted_to_a_target_alone(method, tmp_path):
    made = recipe()
    made.fit(source(), "feature_extraction", verbose=0)
    made.save(tmp_path / "saved")
    loaded = ktl.load(tmp_path / "saved")
    before = loaded.model.get_weights()
    loaded.fit(None, adapt_to=target()[0], adaptation=method, verbose=0)
    after = loaded.model.get_weights()
    assert any((old != new).any() for old, new in zip(before, after, strict=True))
    assert loaded.verdict is None
    assert len(loaded.predict(target()[0][:4])) == 4


class Asked(ktl.adaptation.SelfTraining):
    """Remember which rounds gave labels."""

    rounds_asked: ClassVar[list[int]] = []

    def target_labels(self, target, round_number):
        self.rounds_asked.append(round_number)
        return super().target_labels(target, round_number)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "asked"), [([ktl.Phase("head", linear_probe=True)], [1, 2, 2]), ([], [1, 2])]
)
def test_gradient_steps_keep_the_labels_that_a_linear_probe_cross_fitted(first, asked):
    Asked.rounds_asked.clear()
    fit(Asked(passes=2), schedule=[*first, ktl.Phase("head", epochs=2, keep="last")])
    assert Asked.rounds_asked == asked


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        (ktl.schedules.ProbeGuidedFineTune(epochs=1), "leave out schedule="),
        ("no_such", "Unknown schedule"),
        ([ktl.Phase("all", epochs=1, mix="mixup")], "no label to mix"),
    ],
)
def test_a_schedule_that_an_adaptation_cannot_have_is_refused(schedule, message):
    with pytest.raises(ValueError, match=message):
        fit("self_training", schedule=schedule)


def test_a_source_without_a_validation_split_is_no_target_of_its_own():
    images, labels = tiny.images(24)
    data = ktl.data.arrays(images, labels)
    for goal in (data, images.copy()):
        with pytest.raises(ValueError, match="The target is the source"):
            recipe().fit(data, adapt_to=goal, verbose=0)


def test_a_method_that_needs_the_source_says_so():
    made = recipe()
    made.build(source().class_names)
    with pytest.raises(ValueError, match="needs labelled source examples"):
        made.fit(None, adapt_to=target()[0], adaptation="dann", verbose=0)


def test_an_untrained_recipe_needs_a_source():
    with pytest.raises(ValueError, match="must be trained already"):
        recipe().fit(None, adapt_to=target()[0], adaptation="shot", verbose=0)


def test_keep_says_what_to_do_instead():
    with pytest.raises(ValueError, match=r"keep_adapted=True.*Received: keep='best'"):
        recipe().fit(source(), adapt_to=target()[0], keep="best", verbose=0)
