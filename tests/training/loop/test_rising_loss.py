import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.tasks.classification.criterion import ClassificationCriterion
from kerastl.tasks.multi_label.criterion import MultiLabelCriterion
from kerastl.tasks.token_classification.criterion import TokenClassificationCriterion
from kerastl.training.loop.rising_loss import RisingLoss
from tests.training import tiny
from tests.training.uncalibrated import undo_temperature


def steps_until_the_end(losses, uninformed_loss=1.0, epoch_length=20):
    """Return the step at which the callback ends the phase, or None."""
    rising = RisingLoss(uninformed_loss)
    rising.set_model(keras.Sequential())
    rising.model.stop_training = False
    for step, _ in enumerate(losses):
        batch = step % epoch_length
        if batch == 0:
            rising.on_epoch_begin(step // epoch_length)
        mean = float(np.mean(losses[step - batch : step + 1]))
        rising.on_train_batch_end(batch, {"loss": mean})
        if rising.model.stop_training:
            return step
    return None


NOISE = np.random.default_rng(0).normal(0, 0.1, 60)


@pytest.mark.parametrize(
    ("losses", "ends"),
    [
        (0.5 + NOISE, False),
        (0.5 + NOISE - np.linspace(0, 0.3, 60), False),
        # Many times the first loss, but no more than that of a model that knows nothing.
        (np.r_[np.full(5, 0.01), np.full(55, 1.0)], False),
        # The first loss was high already.
        (np.r_[np.full(5, 2.0), np.full(55, 3.0)], False),
        # A rise within the noise of few batches.
        (np.r_[np.full(5, 0.6), np.tile([0.0, 3.5], 30)], False),
        (np.r_[np.full(5, 0.5), np.full(55, 3.0)], True),
        # The third epoch.
        (np.r_[np.full(45, 0.5), np.full(15, 6.9)], True),
    ],
)
def test_only_a_large_rise_ends_the_phase(losses, ends):
    assert (steps_until_the_end(np.abs(losses)) is not None) == ends


def test_a_task_whose_uninformed_loss_is_not_known_is_never_ended():
    assert steps_until_the_end(np.r_[np.full(5, 0.5), np.full(55, 9.0)], float("inf")) is None


def test_a_resumed_phase_ends_at_the_same_step():
    losses = np.r_[np.full(15, 0.5), np.full(25, 3.0)]
    expected = steps_until_the_end(losses)
    first, second = RisingLoss(1.0), RisingLoss(1.0)
    for callback in (first, second):
        callback.set_model(keras.Sequential())
        callback.model.stop_training = False
    first.on_epoch_begin(0)
    for batch in range(20):
        first.on_train_batch_end(batch, {"loss": float(losses[: batch + 1].mean())})
    if expected < 20:
        assert first.model.stop_training
        return
    second.set_state(first.get_state())
    second.on_epoch_begin(1)
    for batch in range(20):
        second.on_train_batch_end(batch, {"loss": float(losses[20 : 21 + batch].mean())})
        if second.model.stop_training:
            break
    assert 20 + batch == expected


@pytest.mark.parametrize(
    ("criterion", "outputs", "equal", "targets"),
    [
        (ClassificationCriterion(), 4, [[0.25] * 4], [2]),
        (MultiLabelCriterion(), 3, [[0.5] * 3], [[1, 0, 1]]),
        (TokenClassificationCriterion(("B-x",)), 4, [[[0.25] * 4] * 2], [[0, 3]]),
    ],
)
def test_the_uninformed_loss_is_that_of_equal_probabilities(criterion, outputs, equal, targets):
    loss = criterion.loss()(np.array(targets), np.array(equal, "float32"))
    assert criterion.uninformed_loss(outputs) == pytest.approx(float(loss), abs=1e-4)


@pytest.mark.both_backends
def test_features_that_are_distorted_at_first_do_not_end_tuning():
    # The linear probe has a training loss near 0, tuning a much higher one.
    made = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    data = ktl.data.arrays(*tiny.images(count=240), validation_split=0.25, seed=0)
    phases = [
        ktl.Phase("head", linear_probe=True),
        ktl.Phase("all", epochs=3, learning_rate=3e-2),
    ]
    history = made.fit(data, phases, verbose=0)
    assert history.history["loss"][1] > 2 * history.history["loss"][0]
    assert "ended" not in history.phases[1]


class Destroy(keras.callbacks.Callback):
    """Turns the answers of the head round when the second epoch of gradient steps begins."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            head = self.model.get_layer("head")
            head.set_weights([-50 * weight for weight in head.get_weights()])


@pytest.mark.both_backends
def test_destroyed_weights_end_the_phase_and_the_probe_is_restored(capsys):
    made = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    data = ktl.data.arrays(*tiny.images(count=240), validation_split=0.25, seed=0)
    phases = [
        ktl.Phase("head", linear_probe=True),
        ktl.Phase("last:1", epochs=9, learning_rate=1e-7),
    ]
    history = made.fit(data, phases, callbacks=[Destroy()], verbose=2)
    assert history.epoch == [0, 1, 2]
    assert "training loss rose" in history.phases[1]["ended"]
    assert "The phase ends here" in capsys.readouterr().out
    loss = undo_temperature(made).evaluate(data.validation).loss
    assert loss == pytest.approx(history.history["val_loss"][0], abs=1e-3)
