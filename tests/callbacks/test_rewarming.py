import warnings

import keras
import numpy as np
import pytest

from kerastl.callbacks import FreezeSchedule
from kerastl.training.optimizer.staged_adamw import StagedAdamW

NOMINAL = 1e-4
STEPS = 100
EPOCHS = 10
UNFREEZING = {0: "head", EPOCHS: "all"}


class Strides(keras.callbacks.Callback):
    """Notes how far the hidden layer moves in each step, and the rates that are seen."""

    def __init__(self):
        super().__init__()
        self.ratios, self.rates = [], set()

    def on_epoch_begin(self, epoch, logs=None):
        self.late = epoch >= EPOCHS

    def on_train_batch_begin(self, batch, logs=None):
        if self.late:
            self.before = self.model.layers[0].get_weights()[0]

    def on_train_batch_end(self, batch, logs=None):
        if self.late:
            moved = np.abs(self.model.layers[0].get_weights()[0] - self.before).max()
            self.ratios.append(float(moved) / NOMINAL)

    def on_epoch_end(self, epoch, logs=None):
        optimizer = self.model.optimizer
        inner = getattr(optimizer, "inner_optimizer", optimizer)
        if isinstance(inner._learning_rate, keras.Variable):
            self.rates.add(round(float(inner.learning_rate.numpy()) / NOMINAL, 6))


def linear_model(optimizer):
    """A model whose gradients are nearly constant: every ratio is the optimizer's own."""
    layers = [keras.layers.Dense(2, use_bias=False), keras.layers.Dense(1, use_bias=False)]
    model = keras.Sequential([keras.Input((2,)), *layers])
    model.compile(optimizer, lambda labels, outputs: keras.ops.mean(outputs))
    model.set_weights([np.full((2, 2), 3.0), np.full((2, 1), 3.0)])
    return model


def train(model, *callbacks, steps=STEPS, **settings):
    data = np.ones((steps, 2), "float32")
    settings = {"batch_size": 1, "verbose": 0, **settings}
    model.fit(data, data[:, :1], callbacks=list(callbacks), **settings)


def strides(optimizer, schedule=UNFREEZING, epochs=EPOCHS + 1, execution=1, **settings):
    """Unfreeze the hidden layer after 1,000 steps; return what its steps were."""
    model, noted = linear_model(optimizer), Strides()
    model.steps_per_execution = execution
    train(model, FreezeSchedule(schedule, **settings), noted, epochs=epochs)
    return noted


def scaled(optimizer):
    return keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=4.0)


@pytest.mark.parametrize(
    "optimizer",
    [
        pytest.param(keras.optimizers.Adam(NOMINAL), marks=pytest.mark.slow),
        keras.optimizers.AdamW(NOMINAL, weight_decay=0.0),
        scaled(keras.optimizers.Adam(NOMINAL)),
        StagedAdamW(NOMINAL, weight_decay=0.0),
    ],
    ids=["adam", "adamw", "scaled", "staged"],
)
def test_what_is_unfrozen_late_moves_as_far_as_the_rate_says(optimizer):
    noted = strides(optimizer)
    assert 0.9 <= noted.ratios[0] <= 1.1
    assert max(noted.ratios) <= 1.1
    assert noted.rates == {1.0}


def test_without_it_adam_oversteps():
    noted = strides(keras.optimizers.Adam(NOMINAL), rewarm=False)
    assert noted.ratios[0] > 2
    assert max(noted.ratios) > 5


def test_many_steps_in_one_execution_keep_below_the_rate():
    noted = strides(keras.optimizers.Adam(NOMINAL), execution=20)
    assert max(noted.ratios) <= 20 * 1.1


def test_a_rate_that_others_set_meanwhile_is_kept():
    class Halve(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.optimizer.learning_rate = NOMINAL * 0.5**epoch

    model = linear_model(keras.optimizers.Adam(NOMINAL))
    train(model, FreezeSchedule({0: "head", 1: "all"}), Halve(), steps=8, epochs=3)
    assert float(model.optimizer.learning_rate.numpy()) == pytest.approx(NOMINAL / 4)


def test_a_second_fit_of_settled_weights_is_not_held_back():
    model = linear_model(keras.optimizers.Adam(NOMINAL))
    for epochs in (3, 1):
        before = model.get_weights()[0]
        train(model, FreezeSchedule({0: "all", 90: "head"}), epochs=epochs)
    moved = np.abs(model.get_weights()[0] - before).max()
    assert moved == pytest.approx(STEPS * NOMINAL, rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("rewarm", [True, False])
def test_a_fit_resumed_after_an_unfreezing_is_held_back_anew(rewarm):
    model, noted = linear_model(keras.optimizers.Adam(NOMINAL)), Strides()
    callback = FreezeSchedule(UNFREEZING, rewarm=rewarm)
    train(model, callback, epochs=EPOCHS + 1)
    train(model, callback, noted, initial_epoch=EPOCHS + 1, epochs=EPOCHS + 2)
    assert rewarm == (max(noted.ratios) <= 1.1)


@pytest.mark.parametrize(
    ("optimizer", "warned"),
    [
        (keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(NOMINAL, 9)), True),
        (keras.optimizers.Nadam(NOMINAL), True),
        (StagedAdamW(keras.optimizers.schedules.CosineDecay(NOMINAL, 9)), False),
        (keras.optimizers.SGD(NOMINAL), False),
    ],
)
def test_an_optimizer_that_cannot_be_held_back_is_named(optimizer, warned):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        strides(optimizer, {0: "head", 1: "all"}, epochs=2)
    assert warned == any("Compile with StagedAdamW" in str(each.message) for each in caught)
