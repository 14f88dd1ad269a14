import keras
import numpy as np
import pytest

from kerastl.training.freezing.freezing import train_only
from kerastl.training.selection.weight_average import WeightAverage
from tests.training import tiny

pytestmark = pytest.mark.both_backends


class Noted(keras.callbacks.Callback):
    """Keeps the weights after every step."""

    def __init__(self):
        super().__init__()
        self.steps = []

    def on_train_batch_end(self, batch, logs=None):
        self.steps.append([np.array(each) for each in self.model.get_weights()])


def model(trains="all", freeze_batch_norm=True):
    backbone = tiny.backbone()
    staged = backbone.build((tiny.SIZE, tiny.SIZE))
    pooled = keras.layers.GlobalAveragePooling2D()(staged.output)
    made = keras.Model(staged.input, keras.layers.Dense(3, "softmax")(pooled))
    train_only(made, trains, freeze_batch_norm)
    made.compile(keras.optimizers.SGD(0.5), "sparse_categorical_crossentropy")
    return made


def fit(made, window, epochs=2):
    images, _ = tiny.images(24)
    average, noted = WeightAverage(window), Noted()
    labels = np.arange(24) % 3
    made.fit(images, labels, batch_size=8, epochs=epochs, verbose=0, callbacks=[average, noted])
    return average, noted.steps


def test_up_to_the_window_it_is_the_mean_of_the_steps():
    average, steps = fit(model(), window=6)
    assert len(steps) == 6
    for ours, *theirs in zip(average.weights(), *steps, strict=True):
        np.testing.assert_allclose(ours, np.mean(theirs, axis=0), atol=1e-6)


def test_beyond_the_window_what_is_old_fades():
    average, steps = fit(model(), window=3)
    expected = [np.mean(first, axis=0) for first in zip(*steps[:3], strict=True)]
    for step in steps[3:]:
        expected = [(2 * a + w) / 3 for a, w in zip(expected, step, strict=True)]
    for ours, theirs in zip(average.weights(), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_statistics_that_move_are_averaged_too():
    made = model(freeze_batch_norm=False)
    average, steps = fit(made, window=6)
    averaged = average.weights()
    moving = [i for i, each in enumerate(made.weights) if "moving_" in each.path]
    assert len(moving) == 6
    for i in moving:
        assert not np.array_equal(averaged[i], steps[-1][i])
        np.testing.assert_allclose(averaged[i], np.mean([s[i] for s in steps], axis=0), atol=1e-6)


def test_what_is_frozen_stays_to_the_last_bit():
    made = model("last:1")
    before = made.get_weights()
    average, _ = fit(made, window=3)
    same = [np.array_equal(a, b) for a, b in zip(before, average.weights(), strict=True)]
    trained = {id(each) for each in made.trainable_weights}
    assert same == [id(each) not in trained for each in made.weights]
    assert len(average._averages) < len(before)


def test_a_second_fit_starts_a_new_average():
    made = model()
    average, _ = fit(made, window=6, epochs=1)
    noted, (images, _) = Noted(), tiny.images(24)
    made.fit(images, np.arange(24) % 3, verbose=0, callbacks=[average, noted])
    for ours, theirs in zip(average.weights(), noted.steps[0], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
