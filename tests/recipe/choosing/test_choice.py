"""A training chooses its input by the training split alone, and keeps to it."""

from contextlib import contextmanager

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.recipe.choosing import before_training, input_search
from kerastl.training.cache import open_cache
from tests.training.interrupt import Interrupt

OWN = (64, 64)
CLASSES = np.array(["blue", "green", "red"])
AUTO = ktl.schedules.ProbeGuidedFineTune(epochs=2, augment=False, compare_sizes=True)


def network():
    """Return a network that takes images of any size, the same in each call."""
    keras.utils.set_random_seed(1)
    pixels = keras.Input((None, None, 3))
    x = keras.layers.Rescaling(1 / 255)(pixels)
    for number in (1, 2):
        x = keras.layers.Conv2D(6, 3, strides=4, padding="same", activation="relu")(x)
        x = keras.layers.Identity(name=f"end{number}")(x)
    return keras.Model(pixels, x, name="any_size")


def recipe(**settings):
    stages = {"early": "end1", "late": "end2"}
    backbone = ktl.backbone(network(), stages=stages, image_size=OWN)
    return ktl.ImageClassification(backbone, **settings)


def data(validation_labels=None):
    generator = np.random.default_rng(0)
    labels = np.arange(48) % 3
    images = generator.integers(0, 200, (48, 40, 40, 3))
    images[np.arange(48), :, :, labels] += 25
    # Some labels are wrong, so that no probe is perfect.
    labels[::5] = (labels[::5] + 1) % 3
    read = ktl.data.arrays(images.astype("uint8"), CLASSES[labels], validation_split=0.25, seed=0)
    if validation_labels is not None:
        read.validation.labels = validation_labels(read.validation.labels)
    return read


@pytest.fixture
def largest_wins(monkeypatch):
    """Choose the largest size that was measured."""
    monkeypatch.setattr(input_search, "preferred", lambda measured, default: max(measured))
    monkeypatch.setattr(
        input_search, "next_to_try", lambda measured, start, allowed: _next(measured, allowed)
    )


def _next(measured, allowed):
    return next((number for number in sorted(allowed) if number not in measured), None)


def test_the_evidence_is_kept_and_the_recipe_has_what_was_chosen(largest_wins, capsys, tmp_path):
    made = recipe()
    history = made.fit(data(), AUTO, verbose=2)
    said = capsys.readouterr().out
    chosen = history.decision["input"]
    assert [row["name"] for row in chosen["inputs"]] == [f"{n} x {n} pixels" for n in (32, 64, 96)]
    assert chosen["settings"] == {"image_size": [96, 96]}
    assert made.image_size == (96, 96)
    assert made.model.input_shape == (None, 96, 96, 3)
    assert [row["computation"] for row in chosen["inputs"]] == pytest.approx([0.25, 1, 2.25], 0.1)
    assert "> 96 x 96 pixels" in said
    lines = [line for line in history.decision["reasons"] if line.startswith("images of 96 x 96")]
    assert "times the computation" in lines[0]
    assert any(line.startswith("features of ") for line in history.decision["reasons"])
    loaded = ktl.load(made.save(tmp_path / "run"))
    assert loaded.image_size == (96, 96)
    assert loaded.predict(np.zeros((40, 40, 3), "uint8")) == made.predict(
        np.zeros((40, 40, 3), "uint8")
    )
    # A second training continues from the model, which has its size.
    again = made.fit(data(), AUTO, verbose=0)
    assert again.decision["input"] == {}
    assert made.image_size == (96, 96)


def test_the_bar_of_the_choice_advances_by_the_work_that_is_done(monkeypatch):
    shown = {}

    @contextmanager
    def noted(name, total):
        advanced = shown[name] = [total]
        yield advanced.append

    monkeypatch.setattr(before_training, "step", noted)
    recipe().fit(data(), AUTO, verbose=0)
    ((name, (total, *advanced)),) = shown.items()
    assert name == "Choosing the input and the feature stages"
    # Three sizes and two more lists of stages, each in several parts.
    assert total == 3 * 100 + 2 * 10
    assert len(advanced) > 10
    assert max(advanced) < total / 2
    assert 200 <= sum(advanced) <= total


def test_the_features_of_the_chosen_size_are_computed_once(largest_wins, monkeypatch):
    passes = []
    begun = open_cache._begun

    def noted(model, examples, *arguments):
        passes.append((model.input_shape[1], examples.name.partition(":")[0]))
        return begun(model, examples, *arguments)

    monkeypatch.setattr(open_cache, "_begun", noted)
    recipe().fit(
        data(), ktl.schedules.ProbeGuidedFineTune(budget=1e-9, compare_sizes=True), verbose=0
    )
    assert passes == [(64, "training"), (64, "validation")]
    passes.clear()
    made = recipe()
    made.fit(data(), AUTO, verbose=0)
    training = [size for size, name in passes if name == "training"]
    assert sorted(training) == [32, 64, 96]


def test_stages_that_do_harm_are_left_out_of_the_model(monkeypatch, tmp_path):
    from kerastl.recipe.choosing import choose

    plain = choose.held_out_losses

    def late_is_useless(criterion, features, *arguments):
        found = plain(criterion, features, *arguments)
        worse = len(features) > 2  # more than one stage, with two poolings
        return type(found)(found.losses + 5.0 * worse, found.metric)

    monkeypatch.setattr(choose, "held_out_losses", late_is_useless)
    made = recipe(image_size=32)
    history = made.fit(data(), AUTO, verbose=0)
    assert made.feature_stages in {("early",), ("late",)}
    assert history.decision["input"]["feature_stages"] == list(made.feature_stages)
    assert ktl.load(made.save(tmp_path / "run")).feature_stages == made.feature_stages
    # A stage that the schedule names is there.
    kept = recipe(image_size=32)
    named = ktl.schedules.ProbeGuidedFineTune(epochs=1, augment=False, from_stage="late")
    kept.fit(data(), named, verbose=0)
    assert kept.feature_stages == ("early", "late")


def test_validation_and_test_examples_play_no_part():
    def choice(read):
        made = recipe()
        found = made.fit(
            read,
            ktl.schedules.ProbeGuidedFineTune(budget=60, epochs=1, compare_sizes=True),
            verbose=0,
        )
        chosen = found.decision["input"]
        return {name: value for name, value in chosen.items() if name != "seconds"}

    first = choice(data())
    assert choice(data(validation_labels=lambda labels: (labels + 1) % 3)) == first


@pytest.mark.slow
def test_a_resumed_run_reads_what_the_interrupted_one_chose(largest_wins, tmp_path, monkeypatch):
    unbroken = recipe()
    rows = unbroken.fit(data(), AUTO, verbose=0)
    settings = {"checkpoint": tmp_path / "run", "verbose": 0}
    with pytest.raises(KeyboardInterrupt):
        recipe().fit(data(), AUTO, callbacks=[Interrupt(2)], **settings)
    # Without a choice of its own.
    monkeypatch.setattr(input_search, "preferred", lambda measured, default: min(measured))
    resumed = recipe()
    history = resumed.fit(data(), AUTO, resume=True, **settings)
    assert resumed.image_size == (96, 96)
    assert history.decision["input"]["settings"] == {"image_size": [96, 96]}
    assert history.history["val_loss"] == pytest.approx(rows.history["val_loss"], abs=1e-4)


def test_what_is_given_is_not_chosen():
    made = recipe(image_size=32, feature_stages=["late"])
    history = made.fit(data(), AUTO, verbose=0)
    assert history.decision["input"] == {}
    assert made.image_size == (32, 32)
    assert made.feature_stages == ("late",)
    with pytest.raises(ValueError, match=r"more pixels than `max_pixels`.*Received: image_size"):
        recipe(image_size=32).fit(data(), ktl.schedules.ProbeGuidedFineTune(max_pixels=99))


def test_time_bounds_the_choice():
    made = recipe()
    history = made.fit(
        data(), ktl.schedules.ProbeGuidedFineTune(budget=1e-3, compare_sizes=True), verbose=0
    )
    notes = [row["note"] for row in history.decision["input"]["inputs"] if row["loss"] is None]
    assert notes
    assert all(note.startswith("0 s are left, and it needs about") for note in notes)
    assert history.decision["phases"] == []


@pytest.mark.slow
def test_latency_bounds_the_choice(largest_wins):
    made = recipe()
    schedule = ktl.schedules.ProbeGuidedFineTune(max_latency=1e-6, budget=1)
    history = made.fit(data(), schedule, verbose=0)
    assert made.image_size == (32, 32)
    chosen = history.decision["input"]
    assert chosen["inputs"][0]["latency_ms"] > 0
    assert "above max_latency=1e-06" in chosen["notes"][-1]


def test_too_few_examples_are_read_as_before(capsys):
    read = data()
    few = ktl.data.Dataset(read.train.subset(range(20)), read.validation)
    made = recipe()
    made.fit(few, AUTO, verbose=2)
    assert made.image_size == OWN
    assert "Input size and feature stages are not chosen" in capsys.readouterr().out
