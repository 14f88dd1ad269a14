"""A user's callbacks see one training of the whole model."""

import csv

import keras
import numpy as np
import pytest

import kerastl as ktl
from tests.training import tiny
from tests.training.interrupt import Interrupt
from tests.training.uncalibrated import undo_temperature

pytestmark = pytest.mark.both_backends

PHASES = [
    ktl.Phase("head", linear_probe=True),
    ktl.Phase("last:1", epochs=2, learning_rate=1e-2),
    ktl.Phase("all", epochs=2, augment=True, keep="average"),
]


def recipe():
    keras.utils.set_random_seed(1)
    return ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))


def data():
    """Return two splits that name colours differently, so that a linear probe leaves errors."""
    images, labels = tiny.images()
    train, validation = (
        ktl.data.arrays(images, names, validation_split=0.25, seed=0)
        for names in (labels[::-1], labels)
    )
    return ktl.data.Dataset(train.train, validation.validation)


class Events(keras.callbacks.Callback):
    """Notes all events outside of batches, and evaluates the whole model."""

    def __init__(self):
        super().__init__()
        self.events, self.batches, self.rates = [], 0, []

    def on_train_begin(self, logs=None):
        self.events.append(("begin", self.params["epochs"]))

    def on_epoch_begin(self, epoch, logs=None):
        self.events.append(epoch)

    def on_train_batch_end(self, batch, logs=None):
        self.batches += 1

    def on_epoch_end(self, epoch, logs=None):
        self.events.append((epoch, self.params["epochs"], self.model.input_shape[1:]))
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_train_end(self, logs=None):
        self.measured = self.model.evaluate(*tiny_arrays(), verbose=0, return_dict=True)
        self.events.append(("end", *sorted(logs)))


def tiny_arrays():
    images, names = tiny.images(6)
    return images.astype("float32"), np.unique(names, return_inverse=True)[1]


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    made, events = recipe(), Events()
    history = made.fit(
        data(),
        PHASES,
        verbose=0,
        callbacks=[
            events,
            keras.callbacks.CSVLogger(folder / "log.csv"),
            keras.callbacks.ModelCheckpoint(folder / "last.keras"),
            keras.callbacks.ModelCheckpoint(folder / "last.weights.h5", save_weights_only=True),
            keras.callbacks.ModelCheckpoint(
                folder / "best.keras", monitor="val_accuracy", save_best_only=True
            ),
        ],
    )
    return made, history, events, folder


def test_training_begins_and_ends_once_and_epochs_are_those_of_all_phases(fitted):
    _, history, events, _ = fitted
    shape = (tiny.SIZE, tiny.SIZE, 3)
    epochs = [each for epoch in range(5) for each in (epoch, (epoch, 5, shape))]
    names = ("accuracy", "loss", "val_accuracy", "val_loss")
    assert events.events == [("begin", 5), *epochs, ("end", *names)]
    assert events.batches == 4 * 3
    assert set(events.measured) == {"accuracy", "loss"}
    # A linear probe takes no step; both phases rise and fall.
    assert events.rates[0] == 0
    assert events.rates[1] > events.rates[2]
    assert history.epoch == [0, 1, 2, 3, 4]


def test_a_log_has_every_epoch_of_every_phase(fitted):
    _, history, _, folder = fitted
    rows = list(csv.DictReader((folder / "log.csv").open()))
    assert [int(row["epoch"]) for row in rows] == history.epoch
    for name, values in history.history.items():
        assert [float(row[name]) for row in rows] == pytest.approx(values)


@pytest.mark.parametrize("name", ["last.keras", "last.weights.h5", "best.keras"])
def test_a_checkpoint_is_the_whole_model(fitted, name):
    made, _, _, folder = fitted
    images, _ = tiny_arrays()
    expected = made.model.predict(images, verbose=0)
    if name.endswith(".keras"):
        loaded = keras.saving.load_model(folder / name)
    else:
        loaded = recipe().build(("blue", "green", "red"))
        loaded.load_weights(folder / name)
    answer = loaded.predict(images, verbose=0)
    assert answer.shape == expected.shape
    if name != "best.keras":
        np.testing.assert_allclose(answer, expected, atol=1e-6)


@pytest.mark.slow
def test_a_callback_stops_the_training_and_not_a_phase():
    made, events = recipe(), Events()
    stopping = keras.callbacks.EarlyStopping(
        "val_accuracy", patience=1, min_delta=1.0, restore_best_weights=True
    )
    history = made.fit(data(), PHASES, callbacks=[events, stopping], verbose=0)
    assert history.epoch == [0, 1]
    assert [phase["trains"] for phase in history.phases] == ["head", "last:1"]
    assert events.events[-1][0] == "end"
    # The best epoch is the linear probe, whose weights are restored.
    evaluation = undo_temperature(made).evaluate(data().validation)
    assert evaluation.loss == pytest.approx(history.history["val_loss"][0], rel=1e-3)


@pytest.mark.parametrize("stop", ["on_train_batch_end", "on_epoch_end"])
def test_any_callback_can_stop_the_training(stop):
    def end(self, *arguments):
        self.model.stop_training = True

    stopping = type("Stopping", (keras.callbacks.Callback,), {stop: end})()
    history = recipe().fit(data(), PHASES, callbacks=stopping, verbose=0)
    assert history.epoch == ([0] if stop == "on_epoch_end" else [0, 1])


@pytest.mark.slow
@pytest.mark.parametrize("stopped", [2, pytest.param(3, marks=pytest.mark.nightly)])
def test_a_training_goes_on_from_a_backup(stopped, tmp_path):
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(KeyboardInterrupt):
        recipe().fit(data(), PHASES, callbacks=[backup, Interrupt(stopped)], verbose=0)
    events = Events()
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    history = recipe().fit(data(), PHASES, callbacks=[backup, events], verbose=0)
    assert history.epoch == list(range(stopped, 5))
    assert [each for each in events.events if isinstance(each, int)] == history.epoch
    assert [phase["first_epoch"] for phase in history.phases] == [0, 1, 3]


@pytest.mark.slow
@pytest.mark.nightly
def test_a_schedule_that_decides_goes_on_from_a_backup(tmp_path):
    schedule = ktl.schedules.ProbeGuidedFineTune(epochs=3, augment=False)

    def fit(*callbacks):
        backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
        return recipe().fit(data(), schedule, callbacks=[backup, *callbacks], verbose=0)

    with pytest.raises(KeyboardInterrupt):
        fit(Interrupt(2))
    events = Events()
    history = fit(events)
    # The linear probe is fitted again, for the decision alone.
    assert history.epoch == [0, 2, 3]
    assert [each for each in events.events if isinstance(each, int)] == [2, 3]


@pytest.mark.parametrize("moment", ["on_train_begin", "on_epoch_begin"])
def test_a_callback_of_the_user_cannot_set_the_learning_rate(moment):
    def set_rate(self, *arguments):
        self.model.optimizer.learning_rate = 1e-3

    setter = type("Setter", (keras.callbacks.Callback,), {moment: set_rate})()
    with pytest.raises(ValueError, match=f"Received: Setter, which sets .* in {moment}$"):
        recipe().fit(data(), PHASES, callbacks=[setter], verbose=0)


@pytest.mark.slow
def test_the_callbacks_of_an_adaptation_see_the_adapted_model(tmp_path):
    events, file = Events(), tmp_path / "adapted.keras"
    images, labels = tiny.images()
    made = recipe()
    history = made.fit(
        ktl.data.arrays(images, labels, validation_split=0.25),
        [ktl.Phase("head", epochs=2)],
        adapt_to=images[::-1] // 2,
        adaptation="mcc",
        callbacks=[events, keras.callbacks.ModelCheckpoint(file)],
        verbose=0,
    )
    assert [each for each in events.events if isinstance(each, int)] == history.epoch == [0, 1]
    assert [each[0] for each in events.events if isinstance(each, tuple)] == ["begin", 0, 1, "end"]
    # Whichever model the verdict keeps.
    np.testing.assert_allclose(
        keras.saving.load_model(file).predict(tiny_arrays()[0], verbose=0),
        made.model.predict(tiny_arrays()[0], verbose=0),
        atol=1e-6,
    )
