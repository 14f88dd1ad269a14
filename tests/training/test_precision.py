import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.training.freezing.freezing import stages
from tests.training import tiny
from tests.training.interrupt import Interrupt
from tests.training.uncalibrated import undo_temperature

pytestmark = [pytest.mark.both_backends, pytest.mark.slow]

RATE = 1e-3


@pytest.fixture(params=["mixed_float16", "mixed_bfloat16"])
def recipe(request):
    keras.config.set_dtype_policy(request.param)
    try:
        made = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
        made.build(("blue", "green", "red"))
        yield made
    finally:
        keras.config.set_dtype_policy("float32")


def data():
    return ktl.data.arrays(*tiny.images(), validation_split=0.25, seed=0)


class Moved(keras.callbacks.Callback):
    """Notes the largest change of any weight in any batch."""

    def __init__(self):
        super().__init__()
        self.largest = []

    def on_train_batch_begin(self, batch, logs=None):
        self._before = self._weights()

    def on_train_batch_end(self, batch, logs=None):
        if hasattr(self.model, "jax_state_sync"):
            self.model.jax_state_sync()
        changes = [
            np.abs(new - old).max() for new, old in zip(self._weights(), self._before, strict=True)
        ]
        self.largest.append(max(changes))

    def _weights(self):
        return [keras.ops.convert_to_numpy(each).copy() for each in self.model.trainable_weights]


@pytest.mark.parametrize("accumulate", [1, 2])
def test_a_recipe_trains_in_mixed_precision(recipe, accumulate):
    moved = Moved()
    phases = [
        ktl.Phase("head", linear_probe=True),
        ktl.Phase(
            "all",
            epochs=6,
            learning_rate={"peak": RATE, "schedule": "constant", "warmup": 0.0},
            keep="last",
            accumulate=accumulate,
            weight_decay=0.0,
        ),
    ]
    history = recipe.fit(data(), phases, callbacks=[moved], verbose=0)
    assert {weight.dtype for weight in recipe.model.weights} == {"float32"}
    losses = history.history["loss"] + history.history["val_loss"]
    assert np.isfinite(losses).all()
    # Batches whose gradients overflow at the first loss scale of float16 update nothing.
    steps = [each for each in moved.largest if each > 0]
    assert 3 <= len(steps) <= len(moved.largest) // accumulate
    # Adam's first step is the rate itself; those soon after may be a little larger.
    assert steps[0] == pytest.approx(RATE, rel=0.01)
    assert max(steps) < 1.5 * RATE


class Counts(keras.callbacks.Callback):
    """Notes, when an epoch ends, how many steps each variable has taken."""

    def __init__(self):
        super().__init__()
        self.epochs = []

    def on_epoch_end(self, epoch, logs=None):
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        variables = zip(optimizer._trainable_variables, optimizer.step_counts, strict=True)
        self.epochs.append({each.path: int(count) for each, count in variables})


@pytest.mark.parametrize("recipe", ["mixed_float16"], indirect=True)
def test_the_next_phase_goes_on_with_the_state_of_the_one_before(recipe):
    counts = Counts()
    phases = [ktl.Phase(trains, epochs=4, keep="last") for trains in ("last:1", "all")]
    history = recipe.fit(data(), phases, callbacks=[counts], verbose=0)
    losses = history.history["loss"] + history.history["val_loss"]
    assert np.isfinite(losses).all()
    first, second = counts.epochs[3], counts.epochs[7]
    # Each phase skips batches whose gradients overflow at its first loss scale.
    (before,), more = {*first.values()}, second[recipe.model.trainable_weights[0].path]
    assert 0 < before <= 12
    assert 0 < more <= 12
    assert second == {path: first.get(path, 0) + more for path in second}
    assert len(second) == len(first) + 2 * 2


@pytest.mark.parametrize("recipe", ["mixed_bfloat16"], indirect=True)
def test_an_earlier_stage_moves_less_in_mixed_precision(recipe):
    parts = [*stages(recipe.model), recipe.model.get_layer("head")]
    before = [part.get_weights() for part in parts]
    rate = ktl.LearningRate(RATE, "constant", warmup=0.0, stage_decay=0.5)
    phase = ktl.Phase("all", epochs=1, learning_rate=rate, weight_decay=0.0, keep="last")
    recipe.fit(data(), [phase], batch_size=36, verbose=0)
    undo_temperature(recipe)
    moved = [
        max(np.abs(new - old).max() for new, old in zip(part.get_weights(), values, strict=True))
        for part, values in zip(parts, before, strict=True)
    ]
    assert moved == pytest.approx([RATE / 4, RATE / 2, RATE, RATE], rel=1e-2)


@pytest.mark.usefixtures("recipe")
@pytest.mark.parametrize("recipe", ["mixed_float16"], indirect=True)
def test_a_resumed_run_goes_on_with_the_scale_of_its_loss(tmp_path):
    # Weights so large that gradients overflow at the first scale.
    loss_settings = ktl.LossSettings(class_weights={"red": 60.0, "green": 40.0})
    phase = ktl.Phase("all", epochs=4, learning_rate=1e-3, keep="last", loss_settings=loss_settings)
    counts = Counts()

    def fit(*callbacks, **settings):
        keras.utils.set_random_seed(1)
        made = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
        made.fit(data(), [phase], callbacks=callbacks, verbose=0, **settings)
        return made.model.get_weights()

    unbroken = fit(counts)
    steps = counts.epochs[-1]
    with pytest.raises(KeyboardInterrupt):
        fit(Interrupt(2), checkpoint=tmp_path / "run")
    resumed = fit(counts, checkpoint=tmp_path / "run", resume=True)
    assert [*counts.epochs[-1].values()] == [*steps.values()]
    for ours, theirs in zip(resumed, unbroken, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("recipe", ["mixed_float16"], indirect=True)
def test_the_rates_of_a_search_are_those_that_were_used(recipe, monkeypatch):
    used, updates = [], []
    step = keras.Model.train_on_batch

    def overflowing(model, *arguments, **options):
        optimizer = model.optimizer
        used.append(float(optimizer.inner_optimizer.learning_rate))
        returned = step(model, *arguments, **options)
        updates.append(int(optimizer.inner_optimizer.iterations))
        # A scale at which the gradients of the third batch overflow, and otherwise a small one.
        optimizer.dynamic_scale.assign(1e38 if len(used) == 2 else 1.0)
        return returned

    monkeypatch.setattr(keras.Model, "train_on_batch", overflowing)
    search = ktl.find_learning_rate(recipe, data(), steps=10, highest=1e-3)
    assert updates[2] == updates[1]
    assert used == pytest.approx(search.rates, rel=1e-4)
