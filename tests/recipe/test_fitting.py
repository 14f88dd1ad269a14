import re
import shutil

import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.training.loop.trainer import Trainer
from kerastl.training.phases.learning_rate import LearningRate
from tests.training import tiny
from tests.training.interrupt import Interrupt
from tests.training.uncalibrated import undo_temperature

pytestmark = pytest.mark.both_backends

PROBE = ktl.Phase("head", linear_probe=True)
TUNED = ktl.Phase("last:1", epochs=2)


def recipe(backbone=(), **settings):
    return ktl.ImageClassification(
        tiny.backbone(**dict(backbone)), image_size=(tiny.SIZE, tiny.SIZE), **settings
    )


def data():
    return ktl.data.arrays(*tiny.images(), validation_split=0.25, seed=0)


@pytest.fixture(scope="module")
def left_behind(tmp_path_factory):
    directory = tmp_path_factory.mktemp("run")
    settings = {"callbacks": [Interrupt(2)], "verbose": 0}
    with pytest.raises(KeyboardInterrupt):
        recipe().fit(data(), [PROBE, TUNED], checkpoint=directory, **settings)
    return directory


@pytest.fixture
def broken_off(left_behind, tmp_path):
    """The checkpoint of a run that ended within its second phase."""
    return shutil.copytree(left_behind, tmp_path / "run")


def test_a_batch_size_out_of_range_is_refused_before_anything_trains():
    made = recipe()
    with pytest.raises(ValueError, match=r"`batch_size` must be a whole .* Received: batch_size=0"):
        made.fit(data(), batch_size=0, verbose=0)
    assert made._model is None


def test_training_examples_of_one_class_are_refused():
    images, labels = tiny.images()
    red = np.flatnonzero(labels == "red")
    whole = ktl.data.arrays(images, labels).train
    with pytest.raises(ValueError, match=r"at least two classes\. Received: .*one class only"):
        recipe().fit(ktl.data.Dataset(whole.subset(red), whole), verbose=0)


@pytest.mark.slow
def test_a_class_without_training_examples_is_nobodys_nearest():
    images, labels = tiny.images()
    whole = ktl.data.arrays(images, labels).train
    without = whole.subset(np.flatnonzero(whole.labels != 1))
    history = recipe().fit(
        ktl.data.Dataset(without, whole), ktl.schedules.ProbeGuidedFineTune(), verbose=0
    )
    assert history.phases[0]["nearest_mean_accuracy"] <= 2 / 3 + 1e-6
    assert any("rarest class has 0" in line for line in history.decision["reasons"])


def test_a_checkpoint_is_there_until_the_run_is_done(broken_off, capsys):
    assert [each.name for each in broken_off.iterdir()] == ["state.npz"]
    history = recipe().fit(data(), [PROBE, TUNED], checkpoint=broken_off, resume=True, verbose=2)
    assert "Resuming after epoch 2, within phase 2" in capsys.readouterr().out
    assert history.epoch == [0, 1, 2]
    assert not broken_off.exists()


@pytest.mark.slow
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, OSError])
def test_what_ends_before_its_first_state_begins_from_the_same_beginning(error, tmp_path):
    def end(batch, logs):
        if batch:
            raise error

    keras.utils.set_random_seed(1)
    made = recipe()
    made.build(("blue", "green", "red"))
    before = made.model.get_weights()
    callback = keras.callbacks.LambdaCallback(on_train_batch_end=end)
    settings = {"checkpoint": tmp_path / "run", "resume": True, "verbose": 0}
    with pytest.raises(error):
        made.fit(data(), [ktl.Phase("all", epochs=1)], callbacks=[callback], **settings)
    for ours, theirs in zip(made.model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_numbers_of_numpy_can_be_resumed(tmp_path):
    phase = ktl.Phase("last:1", epochs=np.int64(2), learning_rate=np.float32(1e-3))
    settings = {"checkpoint": tmp_path / "run", "batch_size": np.int64(12), "verbose": 0}
    with pytest.raises(KeyboardInterrupt):
        recipe().fit(data(), [phase], callbacks=[Interrupt(1)], **settings)
    history = recipe().fit(data(), [phase], resume=True, **settings)
    assert history.epoch == [0, 1]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"seed": 1}, "seed was 0 and is 1"),
        ({"batch_size": 8}, "batch size was 16 and is 8"),
        ({"schedule": [PROBE]}, "phase 2 trains was 'last:1' and is missing"),
        ({"recipe": {"dropout": 0.1}}, "dropout was 0.0 and is 0.1"),
        ({"recipe": {"feature_stages": "last"}}, "number of weights was"),
        (
            {"backbone": {"fine_tune_learning_rate": 1e-2}},
            "fine-tuning rate was 0.0001 and is 0.01",
        ),
        ({"backbone": {"preprocessing": "torch"}}, "preprocessing was"),
        ({"data": tiny.images(60)}, "number of training examples was 36 and is 45"),
    ],
)
def test_a_run_with_another_configuration_is_refused(changed, said, broken_off):
    settings = {"seed": 0, "batch_size": 16, "schedule": [PROBE, TUNED], **changed}
    made = recipe(settings.pop("backbone", {}), **settings.pop("recipe", {}))
    arrays = settings.pop("data", tiny.images())
    examples = ktl.data.arrays(*arrays, validation_split=0.25, seed=0)
    with pytest.raises(ValueError, match=re.escape(said)):
        made.fit(examples, **settings, checkpoint=broken_off, resume=True, verbose=0)
    assert [each.name for each in broken_off.iterdir()] == ["state.npz"]


def test_a_run_with_other_stages_is_refused(broken_off):
    names = ["early", *tiny.STAGES[1:]]
    ends = [f"{stage}_end" for stage in tiny.STAGES]
    backbone = ktl.backbone(tiny.network(), stages=dict(zip(names, ends, strict=True)))
    made = ktl.ImageClassification(backbone, image_size=(tiny.SIZE, tiny.SIZE))
    settings = {"checkpoint": broken_off, "resume": True, "verbose": 0}
    with pytest.raises(ValueError, match=r"; stages was \['stage1', .* is \['early', "):
        made.fit(data(), [PROBE, TUNED], **settings)


def test_a_checkpoint_is_never_passed_over(broken_off):
    with pytest.raises(FileExistsError, match="pass resume=True"):
        recipe().fit(data(), [PROBE], checkpoint=broken_off, verbose=0)


def test_resuming_without_a_checkpoint_there_starts_from_the_beginning(tmp_path, capsys):
    recipe().fit(data(), [PROBE], checkpoint=tmp_path / "new", resume=True, verbose=2)
    assert "There is no checkpoint yet: training starts from the" in capsys.readouterr().out


def test_resuming_needs_to_know_what():
    with pytest.raises(ValueError, match=r"needs `checkpoint=`.*resume=True, checkpoint=None"):
        recipe().fit(data(), [PROBE], resume=True, verbose=0)


@pytest.mark.slow
@pytest.mark.parametrize("keep", ["best", "last"])
def test_a_loss_that_is_no_number_leaves_the_last_good_weights(keep):
    keras.utils.set_random_seed(1)
    probe = recipe()
    keras.utils.set_random_seed(1)
    broken = recipe()
    probe.fit(data(), [PROBE], verbose=0)
    undo_temperature(probe)
    wild = ktl.Phase("all", learning_rate=LearningRate(1e30, warmup=0.0), keep=keep)
    with pytest.raises(
        FloatingPointError, match=r"step \d of epoch \d, in phase 2 \(all, 5 epochs"
    ):
        broken.fit(data(), [PROBE, wild], verbose=0)
    for ours, theirs in zip(broken.model.get_weights(), probe.model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_a_validation_split_of_one_class_is_refused():
    train = data().train
    first = train.subset(np.flatnonzero(train.labels == 0))
    one_class = ktl.data.Dataset(train, first)
    with pytest.raises(ValueError, match=r"two classes.*12 validation examples of the class"):
        recipe().fit(one_class, [PROBE], verbose=0)


def dense_recipe():
    """Make the same recipe in each call, of layers that take low-rank matrices."""
    keras.utils.set_random_seed(1)
    pixels = keras.Input((tiny.SIZE, tiny.SIZE, 3))
    x = keras.layers.Rescaling(1 / 255)(pixels)
    for stage in tiny.STAGES:
        x = keras.layers.Dense(6, activation="relu")(x)
        x = keras.layers.Dropout(0.2, name=f"{stage}_end")(x)
    stages = {stage: f"{stage}_end" for stage in tiny.STAGES}
    backbone = ktl.backbone(keras.Model(pixels, x), stages=stages)
    return ktl.ImageClassification(backbone, image_size=(tiny.SIZE, tiny.SIZE))


@pytest.mark.slow
def test_low_rank_matrices_and_a_soup_go_on(tmp_path):
    phases = [
        ktl.Phase("lora", epochs=3, lora_rank=2, keep="soup", learning_rate=3e-2),
        ktl.Phase("last:1", epochs=1, keep="last"),
    ]
    settings = {"checkpoint": tmp_path / "run", "resume": True, "batch_size": 4, "verbose": 0}
    unbroken, broken = dense_recipe(), dense_recipe()
    rows = unbroken.fit(data(), phases, batch_size=4, verbose=0)
    for epoch in (2, 3):
        with pytest.raises(KeyboardInterrupt):
            broken.fit(data(), phases, callbacks=[Interrupt(epoch)], **settings)
        broken = dense_recipe()
    resumed = broken.fit(data(), phases, **settings)
    assert resumed.history["val_loss"] == pytest.approx(rows.history["val_loss"], abs=1e-5)
    assert rows.phases[0]["kept_epochs"]
    assert resumed.phases[0]["kept_epochs"] == rows.phases[0]["kept_epochs"]
    for ours, theirs in zip(broken.model.weights, unbroken.model.weights, strict=True):
        np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), atol=1e-5)


def test_a_long_schedule_says_how_long_it_takes_before_it_starts(monkeypatch, capsys):
    def stop(self, *arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(Trainer, "run", stop)
    for verbose in (2, 0):
        with pytest.raises(KeyboardInterrupt):
            recipe().fit(data(), "bit_hyper_rule", verbose=verbose)
        said = "Training takes 501 steps in 167 epochs: about " in capsys.readouterr().out
        assert said is (verbose == 2)
