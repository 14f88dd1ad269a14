import keras
import numpy as np
import pytest
import tensorflow as tf

from kerastl.tasks.classification.criterion import ClassificationCriterion
from kerastl.training.selection.best_weights import BestWeights
from kerastl.training.selection.selection import Selection
from kerastl.training.selection.weight_average import WeightAverage

CLASSES = 2
COUNT = 100


class Seen(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        assert {"val_accuracy", "val_loss"} <= set(logs)


def explained(callback):
    return str(Selection.from_config(callback.described()["selection"]))


def _kernel(leaning):
    return np.eye(CLASSES, dtype="float32") * leaning


def run(
    leanings, beginning, keep="best", patience=None, average=None, required_gain=1.0, lines=None
):
    """Train with scripted weights; return the callback and the weight that training ended with."""
    generator = np.random.default_rng(0)
    labels = (np.arange(COUNT) % CLASSES).astype("int32")
    signal = np.eye(CLASSES)[labels] + generator.normal(0, 0.5, (COUNT, CLASSES))
    noise = generator.normal(0, 1.0, (COUNT, CLASSES))
    inputs = np.concatenate([signal, noise], axis=1).astype("float32")
    model = keras.Sequential(
        [
            keras.Input((2 * CLASSES,)),
            keras.layers.Dense(CLASSES, use_bias=False),
            keras.layers.Softmax(),
        ]
    )
    # Steps leave the weights as the script set them.
    model.compile(keras.optimizers.SGD(0.0), "sparse_categorical_crossentropy")

    def weights(leaning):
        # The share of the signal, the rest is noise.
        return [np.concatenate([_kernel(leaning), _kernel(1 - leaning)])]

    class Set(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            model.set_weights(weights(leanings[epoch]))

    model.set_weights(weights(beginning))
    batches = tf.data.Dataset.from_tensor_slices((inputs, labels)).batch(32)
    callback = BestWeights(
        ClassificationCriterion(), batches, keep, average, patience, required_gain
    )
    callbacks = [*([average] if average else []), Set(), callback, Seen()]
    if lines is not None:
        note = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: lines.append(callback.epoch_line())
        )
        callbacks.append(note)
    model.fit(inputs, labels, epochs=len(leanings), verbose=0, callbacks=callbacks)
    return callback, float(model.get_weights()[0][0, 0])


@pytest.mark.both_backends
@pytest.mark.parametrize(
    ("beginning", "leanings", "kept"),
    [
        (0.1, [0.5, 0.9, 0.6], 1),
        (0.9, [0.1, 0.5, 0.2], None),
        (0.5, [0.5, 0.5], None),
    ],
)
def test_the_best_weights_come_back_where_they_show_that_they_helped(beginning, leanings, kept):
    callback, ended = run(leanings, beginning)
    assert callback.kept_epoch == kept
    assert ended == pytest.approx(beginning if kept is None else leanings[kept])
    assert (callback.gain > callback.standard_error) == (kept is not None)
    assert set(callback.kept) == {"val_accuracy", "val_loss"}


@pytest.mark.parametrize(
    ("required_gain", "leanings", "kept"),
    [
        (1.0, [0.49], None),
        (-9.0, [0.49], 0),
        (-1.0, [0.1], None),
        (1.0, [0.9], 0),
        (9.0, [0.9], None),
    ],
)
def test_how_much_must_show_is_asked_for(required_gain, leanings, kept):
    callback, ended = run(leanings, 0.5, required_gain=required_gain)
    assert callback.kept_epoch == kept
    assert ended == pytest.approx(0.5 if kept is None else leanings[kept])


def test_without_restoring_the_last_weights_stay():
    callback, ended = run([0.9, 0.1], 0.5, keep="last")
    assert callback.kept_epoch is None
    assert ended == pytest.approx(0.1)


@pytest.mark.both_backends
@pytest.mark.parametrize(
    ("patience", "ended"), [(None, 0.5), (1, 0.6), (2, 0.55), (3, 0.5)], ids=str
)
def test_training_stops_after_epochs_without_a_lower_loss(patience, ended):
    leanings = [0.5, 0.9, 0.6, 0.55, 0.95, 0.5]
    assert run(leanings, 0.1, keep="last", patience=patience)[1] == pytest.approx(ended)


@pytest.mark.both_backends
def test_what_is_restored_is_the_best_epoch_before_patience_ended():
    callback, ended = run([0.5, 0.9, 0.6, 0.5, 0.95], 0.1, patience=2)
    assert callback.kept_epoch == 1
    assert ended == pytest.approx(0.9)


@pytest.mark.both_backends
@pytest.mark.parametrize(
    ("beginning", "leanings", "kept", "ended"),
    [
        # Signal without noise is best: between one that adds it and one that takes it away.
        (0.1, [0.7, 0.2, 1.3], {0, 2}, 1.0),
        (0.1, [0.95, 0.2, 0.3], {0}, 0.95),
        (0.95, [0.1, 0.2, 0.3], set(), 0.95),
    ],
)
def test_a_soup_is_the_mean_of_the_epochs_that_do_well_together(beginning, leanings, kept, ended):
    callback, weight = run(leanings, beginning, keep="soup")
    assert set(callback.kept_epochs) == kept
    assert callback.kept_epoch in (kept or {None})
    assert weight == pytest.approx(ended)


@pytest.mark.parametrize(
    ("leanings", "share", "ended"),
    [
        # Half of the way from 0.1 to 1.6 there is most signal and least noise.
        ([1.6, 0.05], 0.5, 0.85),
        ([1.0], 1.0, 1.0),
        ([0.05], 1.0, 0.1),
    ],
)
def test_an_interpolation_goes_back_as_far_as_helps(leanings, share, ended):
    callback, weight = run(leanings, 0.1, keep="interpolated")
    assert weight == pytest.approx(ended)
    assert callback.share == share
    assert callback.described()["kept_share"] == share
    assert ("% of it and the rest from before" in callback.summary()) == (share < 1)


@pytest.mark.both_backends
def test_with_averages_they_are_what_is_measured_and_kept():
    window = -(-COUNT // 32)
    callback, ended = run([0.9, 0.9, 0.9], 0.1, keep="average", average=WeightAverage(window))
    faded = (1 - 1 / window) ** window
    second = faded * 0.1 + (1 - faded) * 0.9
    assert callback.kept_epoch == 2
    assert ended == pytest.approx(faded * second + (1 - faded) * 0.9)


@pytest.mark.both_backends
def test_averages_that_do_not_help_leave_the_beginning():
    callback, ended = run([0.1, 0.1], 0.9, keep="average", average=WeightAverage(4))
    assert callback.kept_epochs == []
    assert ended == pytest.approx(0.9)


def test_a_line_says_why_an_epoch_was_not_kept():
    callback, _ = run([0.6, 0.55], 0.5, required_gain=99.0)
    assert callback.summary().startswith("Restoring the weights from before the phase: val_")
    said = explained(callback)
    assert said.startswith("Epoch 1 has accuracy 0.")
    assert f"but its calibrated loss is lower by only {callback.gain:.3f} ± " in said
    assert "not by more than 99 standard errors: kept the weights from before the phase." in said
    assert said.endswith("Pass keep='best' to take epoch 1.")
    callback, _ = run([0.1, 0.2], 0.5)
    assert ", and no epoch lowers the calibrated loss (epoch 2 changes it by +" in explained(
        callback
    )
    callback, _ = run([0.9], 0.1)
    assert callback.summary().startswith("Keeping epoch 1 (validation loss changed by -")
    assert explained(callback).endswith(": kept epoch 1.")
    callback, _ = run([0.1], 0.5, required_gain=-1e6)
    assert "but its calibrated loss is higher by 0." in explained(callback)
    assert explained(callback).endswith(": kept epoch 1, as asked for.")


def test_every_epoch_has_a_line_with_the_loss_that_decides():
    lines = []
    callback, _ = run([0.9, 0.2], 0.5, lines=lines)
    gains = callback.described()["gains"]
    assert [len(each) for each in gains] == [2, 2]
    assert gains[0][0] == pytest.approx(callback.gain)
    assert gains[0][1] == pytest.approx(callback.standard_error)
    assert "lower than with the weights from before the phase by" in lines[0]
    assert f"by {gains[0][0]:.3f} ± {gains[0][1]:.3f}" in lines[0]
    assert "higher than with" in lines[1]
    assert f"by {-gains[1][0]:.3f} ± {gains[1][1]:.3f}" in lines[1]
