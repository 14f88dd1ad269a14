import shutil
from dataclasses import replace

import keras
import numpy as np
import pytest

import kerastl as ktl
from tests.contracts.recipes_under_test import case
from tests.training import tiny
from tests.training.interrupt import Interrupt

PROBE = ktl.Phase("head", linear_probe=True)
WITH_PROBE = (
    "image_classification",
    "image_multi_label_classification",
    "image_regression",
    "text_classification",
)


def recipe(**settings):
    keras.utils.set_random_seed(3)
    return ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE), **settings)


def whole(count=60):
    """Return images of noisy colours, whose classes overlap, without a validation split."""
    images, labels = tiny.images(count)
    noise = np.random.default_rng(1).normal(0, 70, (count, 1, 1, 3))
    return ktl.data.arrays(np.clip(images + noise, 0, 255).astype("uint8"), labels)


def divided(data, **settings):
    """Divide the training split as `fit` does."""
    from kerastl.data.splits.holdout import with_validation

    parts = with_validation(data)
    return ktl.data.Dataset(parts.train, parts.validation, parts.test, **settings)


def undivided_weights(made):
    """Return kernel and bias before the division by the temperature."""
    kernel, bias = made.model.get_layer("head").get_weights()
    temperature = made.history.calibration["temperature"]
    return kernel * temperature, bias * temperature


@pytest.mark.both_backends
def test_a_split_that_fit_held_out_is_trained_on_in_the_end():
    data, made = whole(), recipe()
    history = made.fit(data, [PROBE], verbose=0)
    assert history.refit["examples"] == len(data.train)
    assert history.calibration == {
        "temperature": pytest.approx(history.calibration["temperature"]),
        "examples": len(data.train),
        "fitted_on": "cross-fitted",
    }
    # The metrics of the history are those on examples that were not seen.
    before = recipe()
    before.fit(data, [PROBE], refit=False, verbose=0)
    assert before.history.history == history.history
    # As if the user had fitted on all of them, in the same order.
    parts = divided(data)
    joined = data.train.subset(_order(data, parts))
    other = recipe()
    other.fit(ktl.data.Dataset(joined, parts.validation), [PROBE], refit=False, verbose=0)
    for ours, theirs in zip(undivided_weights(made), undivided_weights(other), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)


def _order(data, parts):
    pixels = [data.train.inputs[i].tobytes() for i in range(len(data.train))]
    wanted = [
        part.inputs[i].tobytes()
        for part in (parts.train, parts.validation)
        for i in range(len(part))
    ]
    return [pixels.index(each) for each in wanted]


@pytest.mark.both_backends
def test_a_split_of_the_user_is_kept_apart_unless_it_is_asked_for():
    data = divided(whole())
    apart, together = recipe(), recipe()
    history = apart.fit(data, [PROBE], verbose=0)
    assert history.refit is None
    assert history.calibration["fitted_on"] == "validation split"
    assert history.calibration["examples"] == len(data.validation)
    measured = apart.evaluate(data.validation)
    assert measured.note is None
    assert measured.accuracy == pytest.approx(history.history["val_accuracy"][-1])
    together.fit(data, [PROBE], refit=True, verbose=0)
    measured = together.evaluate(data.validation)
    assert "also trained on these 12 examples" in measured.note
    assert measured.note in str(measured)
    assert together.evaluate(data.train).note is None


def test_examples_in_groups_are_not_divided_into_folds():
    data = divided(whole(), groups=np.arange(len(whole().train)) // 2)
    history = recipe().fit(data, [PROBE], refit=True, verbose=0)
    assert history.refit["cross_fitted"] == {}
    assert history.calibration["fitted_on"] == "validation split"


def test_views_of_an_example_stay_in_one_fold_and_do_not_count():
    data = whole()
    phase = ktl.Phase("head", linear_probe=True, augment=True, views=2)
    history = recipe(augmentation="no_flip").fit(data, [phase], verbose=0)
    assert history.calibration["examples"] == len(data.train)


def test_class_weights_are_those_of_the_first_probe():
    from kerastl.training.phases.loss_settings import LossSettings

    settings = LossSettings(class_weights={"red": 50.0, "green": 1.0, "blue": 1.0})
    made, data = recipe(), whole()
    made.fit(data, [ktl.Phase("head", linear_probe=True, loss_settings=settings)], verbose=0)
    plain = recipe()
    plain.fit(data, [PROBE], verbose=0)
    red = made.class_names.index("red")
    more, fewer = (each.outputs(data.train)[:, red].mean() for each in (made, plain))
    assert more > fewer


@pytest.mark.both_backends
def test_a_resumed_run_ends_with_the_same_weights(tmp_path):
    phases = [PROBE, ktl.Phase("last:1", epochs=2, learning_rate=1e-7, required_gain=99.0)]
    unbroken, broken, resumed = recipe(), recipe(), recipe()
    rows = unbroken.fit(whole(), phases, verbose=0)
    settings = {"checkpoint": tmp_path / "run", "resume": True, "verbose": 0}
    with pytest.raises(KeyboardInterrupt):
        broken.fit(whole(), phases, callbacks=[Interrupt(2)], **settings)
    again = resumed.fit(whole(), phases, **settings)
    assert rows.refit is not None
    assert again.refit == rows.refit
    assert again.calibration == rows.calibration
    for ours, theirs in zip(resumed.model.weights, unbroken.model.weights, strict=True):
        np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))
    assert not (tmp_path / "run").exists()
    shutil.rmtree(tmp_path / "run", ignore_errors=True)


def test_the_test_split_decides_nothing():
    data = whole()
    chosen = data.train.subset(range(20))
    weights = []
    for test in (None, chosen):
        made = recipe()
        made.fit(ktl.data.Dataset(data.train, None, test), [PROBE], verbose=0)
        weights.append(made.model.get_weights())
    for ours, theirs in zip(*weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_probe_on_tuned_features_replaces_the_head_only_where_it_is_better():
    tuned = ktl.Phase("last:1", epochs=1, required_gain=-1e9)
    refits = []
    for rate in (1e-5, 1.0):
        made, plain = recipe(), recipe()
        phases = [PROBE, replace(tuned, learning_rate=rate)]
        history = made.fit(whole(), phases, verbose=0)
        plain.fit(whole(), phases, refit=False, verbose=0)
        assert history.phases[1]["kept_epoch"] is not None
        assert plain.history.refit is None
        refits.append(history.refit)
        # The validation examples alone were not seen by the backbone.
        assert history.calibration["examples"] == 12
        for stage in tiny.STAGES:
            ours, theirs = (each.model.get_layer(stage).get_weights() for each in (made, plain))
            for one, other in zip(ours, theirs, strict=True):
                np.testing.assert_array_equal(one, other)
        if history.refit is None:
            ours, theirs = (each.model.get_layer("head").get_weights() for each in (made, plain))
            for one, other in zip(ours, theirs, strict=True):
                np.testing.assert_array_equal(one, other)
    # Wild steps ruin a head, and a probe on the features that they leave is better.
    assert refits[1]["on_tuned_features"]
    assert refits[1]["cross_fitted_examples"] == 12


def test_a_refit_needs_a_probe():
    made = recipe()
    with pytest.raises(ValueError, match=r"refit=True fits a linear probe again.*Received"):
        made.fit(whole(), [ktl.Phase("head", epochs=1)], refit=True, verbose=0)
    assert not made.is_built
    with pytest.raises(ValueError, match=r"leave refit out\. Received"):
        made.fit(divided(whole()), adapt_to=whole(), refit=True, verbose=0)
    with pytest.raises(ValueError, match=r"`refit` must be .*Received: refit='yes'"):
        made.fit(whole(), refit="yes", verbose=0)


@pytest.mark.slow
@pytest.mark.parametrize("task", WITH_PROBE)
def test_every_task_with_a_probe_is_fitted_again_saved_and_exported(task, tmp_path):
    chosen = case(task, tmp_path)
    data = ktl.data.Dataset(chosen.data.train, None, chosen.data.test)
    made = chosen.make()
    history = made.fit(data, "feature_extraction", verbose=0)
    assert history.refit["examples"] == len(data.train)
    assert (history.calibration is None) == (task == "image_regression")
    made.save(tmp_path / "run")
    loaded = ktl.load(tmp_path / "run")
    assert loaded.refitted_on == made.refitted_on
    np.testing.assert_allclose(loaded.outputs(data.test), made.outputs(data.test), rtol=1e-5)
    bundle = made.export(tmp_path / "bundle", data=data, formats=("tflite",), quantize=("float32",))
    assert "also trained on these" in bundle.note
    assert bundle.note in str(bundle)
    card = (tmp_path / "bundle" / "README.md").read_text("utf-8")
    assert "also trained on these" in card
    assert type(bundle).load(tmp_path / "bundle") == bundle
