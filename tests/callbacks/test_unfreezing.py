"""The callbacks in the company of Keras's own, on used optimizers and on other backends."""

import keras
import numpy as np
import pytest

from kerastl.callbacks import FreezeSchedule, GradualUnfreeze, UnfreezeOnPlateau
from kerastl.training.optimizer.staged_adamw import StagedAdamW
from tests.callbacks.moving import BLOCKS, Movement, Script, compiled, examples, fit, nested, staged
from tests.training.interrupt import Interrupt

GROWING = {0: "head", 1: "from:block3", 2: "all"}
MOVED = [{"head"}, {"head", "block3"}, {"head", *BLOCKS}]


@pytest.mark.both_backends
@pytest.mark.parametrize(
    "callback", [FreezeSchedule(GROWING), GradualUnfreeze(), UnfreezeOnPlateau()]
)
def test_a_backend_that_cannot_change_what_trains_says_so(callback):
    model, movement = compiled(nested()), Movement()
    if keras.backend.backend() == "tensorflow":
        fit(model, callback, movement, validation_split=0.25)
        assert movement.epochs == [0, 1, 2]
        return
    with pytest.raises(RuntimeError, match=r"once for each phase.*Received: a schedule of head"):
        fit(model, callback, movement)
    assert movement.epochs == []


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["sgd", "adam", StagedAdamW(1e-3), "rmsprop", "lion"])
def test_it_works_with_any_optimizer(optimizer):
    movement = Movement()
    fit(compiled(nested(), optimizer), FreezeSchedule(GROWING), movement)
    assert movement.weights == MOVED


@pytest.mark.parametrize("settings", [{"run_eagerly": True}, {"steps_per_execution": 2}])
def test_it_works_with_other_training_steps(settings):
    movement = Movement()
    fit(compiled(nested(), "adam", **settings), FreezeSchedule(GROWING), movement)
    assert movement.weights == MOVED


def test_it_works_in_mixed_precision():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = compiled(nested(), StagedAdamW(1e-2))
    finally:
        keras.config.set_dtype_policy("float32")
    movement = Movement()
    fit(model, FreezeSchedule(GROWING), movement)
    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert movement.weights == MOVED


def test_a_second_fit_goes_on_with_the_same_optimizer():
    model = compiled(nested(), StagedAdamW(1e-3))
    callback = FreezeSchedule(GROWING)
    for count in (1, 2):
        movement = Movement()
        fit(model, callback, movement)
        assert movement.weights == MOVED
        assert int(model.optimizer.iterations) == count * 6


def test_an_optimizer_that_trained_everything_before_is_kept():
    model, movement = compiled(nested(), "adam"), Movement()
    model.trainable = False
    model.trainable = True
    fit(model, epochs=1)
    optimizer = model.optimizer
    fit(model, FreezeSchedule(GROWING), movement)
    assert model.optimizer is optimizer
    assert movement.weights == MOVED


def test_an_optimizer_that_trained_only_the_head_before_asks_for_compile():
    model = compiled(nested(), "adam")
    fit(model, epochs=1)
    with pytest.raises(ValueError, match=r"model\.compile` again.*on 2 weights, and 8"):
        fit(model, FreezeSchedule(GROWING))
    movement = Movement()
    fit(compiled(model, "adam"), FreezeSchedule(GROWING), movement)
    assert movement.weights == MOVED


def test_an_optimizer_that_was_built_and_never_stepped_is_built_anew():
    model, movement = compiled(nested(), keras.optimizers.AdamW(0.5)), Movement()
    model.optimizer.exclude_from_weight_decay(var_names=["kernel"])
    model.optimizer.learning_rate = 1e-3
    model.optimizer.build(model.trainable_variables)
    fit(model, FreezeSchedule(GROWING), movement)
    assert movement.weights == MOVED
    assert float(model.optimizer.learning_rate.numpy()) == pytest.approx(1e-3)
    assert not model.optimizer._use_weight_decay(model.get_layer("head").kernel)
    assert len(model.optimizer.variables) == 2 + 2 * 8


@pytest.mark.slow
@pytest.mark.parametrize("backup_first", [True, False])
@pytest.mark.parametrize(
    ("schedule", "interrupted", "trained", "counts"),
    [
        (FreezeSchedule(GROWING), 2, [MOVED[2], MOVED[2]], {8, 6, 4}),
        (GradualUnfreeze(), 2, [MOVED[2] - {"block1"}, MOVED[2]], {8, 6, 4, 2}),
        # What it waited for is counted anew, so the next stage comes an epoch later.
        (
            UnfreezeOnPlateau("figure", patience=1, mode="max"),
            3,
            [MOVED[1], MOVED[1], MOVED[2] - {"block1"}],
            {12, 8, 2, 0},
        ),
    ],
)
def test_an_interrupted_fit_is_resumed_where_it_was(
    tmp_path, backup_first, schedule, interrupted, trained, counts
):
    epochs = range(interrupted, interrupted + len(trained))

    def run(*others):
        model, movement = compiled(nested(), StagedAdamW(1e-3)), Movement()
        backup = keras.callbacks.BackupAndRestore(tmp_path)
        order = [backup, schedule] if backup_first else [schedule, backup]
        script = Script("figure", [6, 5, 4, 3, 2, 1])
        fit(model, script, *order, movement, *others, epochs=epochs.stop)
        return model, movement

    with pytest.raises(KeyboardInterrupt):
        run(Interrupt(interrupted))
    resumed, movement = run()
    assert movement.epochs == [*epochs]
    assert movement.weights == trained
    assert {int(step.numpy()) for step in resumed.optimizer.step_counts} == counts


@pytest.mark.parametrize("make", [staged, pytest.param(nested, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("callback", "moved", "again"),
    [
        (GradualUnfreeze(), [1, 2, 3, 4, 4], 3),
        (FreezeSchedule({0: "head", 2: "all"}), [1, 1, 4, 4, 4], 4),
        (UnfreezeOnPlateau("figure", patience=1, mode="max"), [1, 1, 2, 3, 4], 1),
    ],
)
def test_it_works_beside_the_callbacks_of_keras(make, callback, moved, again, tmp_path):
    model, movement = compiled(make(), "adam"), Movement()
    history = fit(
        model,
        Script("figure", [5, 4, 3, 2, 1]),
        keras.callbacks.ReduceLROnPlateau(monitor="figure", mode="max", patience=2),
        keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.weights.h5", save_weights_only=True),
        keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras"),
        callback,
        keras.callbacks.EarlyStopping(
            monitor="figure", mode="max", patience=4, restore_best_weights=True
        ),
        movement,
        epochs=7,
    ).history
    assert [len(names) for names in movement.weights] == moved
    assert history["learning_rate"][-1] < history["learning_rate"][0]
    restored = make()
    restored.load_weights(tmp_path / "1.weights.h5")
    for own, best in zip(restored.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(own, best)
    loaded = keras.saving.load_model(tmp_path / "5.keras")
    assert int(loaded.optimizer.iterations) == 10
    with pytest.warns(UserWarning, match="Skipping variable loading for optimizer"):
        early = keras.saving.load_model(tmp_path / "2.keras")
    movement, script = Movement(), Script("figure", [3], first=2)
    fit(early, script, callback, movement, initial_epoch=2, epochs=3)
    assert len(movement.weights[0]) == again


@pytest.mark.parametrize("average", [StagedAdamW, keras.optimizers.AdamW])
def test_moving_averages_want_the_staged_optimizer(average):
    model, movement = compiled(nested(), average(1e-3, use_ema=True)), Movement()
    if average is StagedAdamW:
        fit(model, FreezeSchedule(GROWING), movement)
        assert movement.weights == MOVED
        return
    with pytest.raises(ValueError, match=r"Use StagedAdamW.*use_ema=True"):
        fit(model, FreezeSchedule(GROWING), movement)


def test_an_optimizer_of_several_is_refused():
    several = keras.optimizers.MultiOptimizer(
        keras.optimizers.OptimizerMap(keras.optimizers.Adam(), {"head/.*": keras.optimizers.SGD()})
    )
    with pytest.raises(ValueError, match=r"rate_multipliers.*Received: optimizer="):
        fit(compiled(nested(), several), FreezeSchedule(GROWING))


def test_a_model_that_is_not_built_is_refused():
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3)])
    with pytest.raises(ValueError, match=r"Build the model before `fit`.*not built"):
        compiled(model).fit(*examples(), callbacks=[FreezeSchedule({0: "all"})], verbose=0)
