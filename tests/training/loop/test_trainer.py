import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.training.freezing.freezing import stages
from kerastl.training.loop.trainer import Trainer
from tests.training import tiny
from tests.training.uncalibrated import undo_temperature

pytestmark = pytest.mark.both_backends


class Trained(keras.callbacks.Callback):
    """Notes which stages train in each epoch."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_epoch_begin(self, epoch, logs=None):
        names = [stage.name for stage in stages(self.model) if stage.trainable]
        self.seen.append((epoch, names))


def recipe(**settings):
    return ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE), **settings)


def data():
    return ktl.data.arrays(*tiny.images(), validation_split=0.25, seed=0)


def test_phases_run_in_order_as_one_history():
    noted = Trained()
    phases = [
        ktl.Phase("head", linear_probe=True),
        ktl.Phase("last:1", epochs=1),
        ktl.Phase("all", epochs=2, augment=True),
    ]
    history = recipe().fit(data(), phases, callbacks=[noted], verbose=0)
    assert noted.seen == [(0, []), (1, ["stage3"]), (2, list(tiny.STAGES)), (3, list(tiny.STAGES))]
    assert history.epoch == [0, 1, 2, 3]
    assert {name: len(rows) for name, rows in history.history.items()} == dict.fromkeys(
        ("accuracy", "loss", "val_accuracy", "val_loss"), 4
    )
    assert [phase["first_epoch"] for phase in history.phases] == [0, 1, 2]
    assert "inverse_penalty" in history.phases[0]


def test_the_model_computes_its_linear_probe():
    made, examples = recipe(), data()
    history = made.fit(examples, "feature_extraction", verbose=0)
    evaluation = undo_temperature(made).evaluate(examples.validation)
    assert evaluation.accuracy == pytest.approx(history.history["val_accuracy"][0])
    assert evaluation.loss == pytest.approx(history.history["val_loss"][0], rel=1e-3)


def test_a_phase_never_ends_worse_on_validation_than_it_began():
    made, examples = recipe(), data()
    wild = ktl.Phase("all", epochs=2, learning_rate=10.0)
    history = made.fit(examples, [ktl.Phase("head", linear_probe=True), wild], verbose=0)
    assert made.evaluate(examples.validation).accuracy >= history.history["val_accuracy"][0] - 1e-6


@pytest.mark.slow
def test_the_same_seed_gives_the_same_weights():
    def weights():
        keras.utils.set_random_seed(1)
        made = recipe()
        made.fit(data(), [ktl.Phase("all", epochs=2, augment=True)], seed=5, verbose=0)
        return made.model.get_weights()

    first, second = weights(), weights()
    assert all((a == b).all() for a, b in zip(first, second, strict=True))


def test_a_stage_of_a_late_phase_is_checked_before_anything_trains():
    made = recipe()
    noted = Trained()
    phases = [ktl.Phase("all", epochs=1), ktl.Phase("from:stage9")]
    with pytest.raises(ValueError, match="Unknown stage"):
        made.fit(data(), phases, callbacks=[noted], verbose=0)
    assert noted.seen == []


class Counts(keras.callbacks.Callback):
    """Notes how many steps each variable has taken when a phase ends."""

    def on_train_end(self, logs=None):
        optimizer = self.model.optimizer
        variables = zip(optimizer._trainable_variables, optimizer.step_counts, strict=True)
        self.steps = {each.path: int(count) for each, count in variables}


def test_moments_of_what_keeps_training_survive_a_phase():
    counts = Counts()
    phases = [
        ktl.Phase("head", epochs=2, keep="last"),
        ktl.Phase("last:1", epochs=1, keep="last"),
    ]
    recipe().fit(data(), phases, callbacks=[counts], verbose=0)
    batches = -(-36 // 16)
    assert {count for path, count in counts.steps.items() if "head" in path} == {3 * batches}
    assert {count for path, count in counts.steps.items() if "head" not in path} == {batches}


@pytest.fixture
def ran(monkeypatch):
    """The stages that are run in each phase."""
    seen, fit = [], Trainer._fit

    def noted(self, setup, *others):
        seen.append([stage.name for stage in stages(setup.model)])
        return fit(self, setup, *others)

    monkeypatch.setattr(Trainer, "_fit", noted)
    return seen


@pytest.mark.parametrize(
    "trains", ["head", pytest.param("last:1", marks=pytest.mark.slow), "from:stage2"]
)
def test_frozen_stages_run_once_and_training_is_the_same(trains, ran):
    def train(limit):
        cache = ktl.FeatureCache(memory_limit=limit, disk_limit=0)
        keras.utils.set_random_seed(1)
        made = recipe()
        phases = [ktl.Phase(trains, epochs=2, learning_rate=1e-3, keep="last")]
        history = made.fit(data(), phases, seed=3, cache=cache, verbose=0)
        return made.model.get_weights(), history.history

    kept, metrics = train(limit="1GiB")
    plain, plain_metrics = train(limit=0)
    after = list(tiny.STAGES)[{"head": 3, "last:1": 2, "from:stage2": 1}[trains] :]
    assert ran == [after, list(tiny.STAGES)]
    for ours, theirs in zip(kept, plain, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    for name, values in plain_metrics.items():
        assert metrics[name] == pytest.approx(values, abs=1e-4)


def test_an_augmenting_phase_runs_every_stage(ran):
    recipe().fit(data(), [ktl.Phase("head", epochs=1, augment=True)], verbose=0)
    assert ran == [list(tiny.STAGES)]


def test_a_schedule_decides_by_the_result_of_the_linear_probe(capsys):
    history = recipe().fit(data(), ktl.schedules.ProbeGuidedFineTune(epochs=2), verbose=0)
    chosen = [phase["trains"] for phase in history.decision["phases"]]
    assert [phase["trains"] for phase in history.phases] == ["head", *chosen]
    assert (
        f"nearest class mean {history.phases[0]['nearest_mean_accuracy']:.3f}"
        in (history.decision["reasons"][0])
    )


def test_a_decision_is_printed_with_its_reasons(capsys):
    history = recipe().fit(data(), ktl.schedules.ProbeGuidedFineTune(budget=1e-6), verbose=2)
    assert history.decision["phases"] == []
    printed = capsys.readouterr().out
    assert all(f"Decision: {reason}" in printed for reason in history.decision["reasons"])


@pytest.mark.slow
@pytest.mark.parametrize("keep", ["average", "soup"])
def test_a_phase_ends_with_what_was_measured(keep):
    made, examples = recipe(), data()
    phase = ktl.Phase("all", epochs=3, learning_rate=1e-2, freeze_batch_norm=False, keep=keep)
    history = made.fit(examples, [phase], verbose=0)
    kept = history.phases[0]["kept_epoch"]
    assert kept is not None
    evaluation = undo_temperature(made).evaluate(examples.validation)
    if keep == "average":
        assert evaluation.loss == pytest.approx(history.history["val_loss"][kept], rel=1e-3)
    else:
        assert history.phases[0]["kept_epochs"][0] == kept


class Untouchable:
    """A split that must not be looked at, whatever of it is asked for."""

    def __getattr__(self, name):
        raise AssertionError(f"The test split was asked for {name!r}")

    def __len__(self):
        raise AssertionError("The test split was counted")


def test_a_schedule_that_decides_never_looks_at_the_test_split():
    images, labels = tiny.images()
    # With the names of other colours: a linear probe without errors would end it.
    misnamed = ktl.data.arrays(images, labels[::-1], validation_split=0.25, seed=0)
    examples = ktl.data.Dataset(misnamed.train, data().validation, Untouchable())
    history = recipe(augmentation="none").fit(examples, "auto", verbose=0)
    assert [phase["trains"] for phase in history.phases] == ["head", "from:stage2"]


class Poison(keras.callbacks.Callback):
    """Spoils a weight when an epoch begins."""

    def __init__(self, epoch):
        super().__init__()
        self.when = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.when:
            weights = self.model.get_weights()
            weights[-1] = np.full_like(weights[-1], np.nan)
            self.model.set_weights(weights)


@pytest.mark.slow
@pytest.mark.parametrize("keep", ["average", "soup", "last"])
def test_a_phase_that_breaks_ends_with_the_good_epochs_before(keep):
    def fit(made, epochs, *callbacks):
        rate = ktl.LearningRate(0.3, "constant", warmup=0.0)
        phase = ktl.Phase("head", epochs, rate, keep=keep, required_gain=-1e9)
        return made.fit(data(), [phase], callbacks=callbacks, verbose=0)

    keras.utils.set_random_seed(1)
    whole = recipe()
    keras.utils.set_random_seed(1)
    broken = recipe()
    history = fit(whole, 3)
    undo_temperature(whole)
    assert keep == "last" or history.phases[0]["kept_epoch"] is not None
    with pytest.raises(FloatingPointError, match="epoch 4, in phase 1"):
        fit(broken, 5, Poison(3))
    for ours, theirs in zip(broken.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
