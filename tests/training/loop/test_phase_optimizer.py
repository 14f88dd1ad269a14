import keras
import numpy as np
import pytest

import kerastl as ktl
from kerastl.training.freezing.freezing import stages, train_only
from kerastl.training.loop.phase_optimizer import optimizer_for_phase, stage_multipliers
from kerastl.training.optimizer.staged_adamw import StagedAdamW
from tests.training import tiny
from tests.training.uncalibrated import undo_temperature

pytestmark = pytest.mark.both_backends

RATE = 1e-3


def recipe():
    return ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))


def data():
    return ktl.data.arrays(*tiny.images(), validation_split=0.25, seed=0)


@pytest.mark.parametrize(
    ("trains", "expected"),
    [
        ("all", {"stage1": 0.25, "stage2": 0.5, "stage3": 1.0}),
        ("from:stage2", {"stage2": 0.5, "stage3": 1.0}),
        ("last:1", {"stage3": 1.0}),
        ("head", {}),
    ],
)
@pytest.mark.parametrize("freeze_batch_norm", [True, False])
def test_each_stage_further_from_the_head_has_the_decay_once_more(
    trains, expected, freeze_batch_norm
):
    model = recipe().build(("a", "b"))
    train_only(model, trains, freeze_batch_norm)
    multipliers = stage_multipliers(model, 0.5)
    by_stage = {
        stage.name: {multipliers.pop(each.path) for each in stage.trainable_variables}
        for stage in stages(model)
        if stage.trainable
    }
    assert by_stage == {name: {factor} for name, factor in expected.items()}
    # The head's are not among them: it has the full rate.
    assert multipliers == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trains", "expected"),
    [
        ("all", [0.09, 0.3, 1, 1]),
        # What is frozen is computed once, and the rest runs as a model of its own.
        ("from:stage2", [0, 0.3, 1, 1]),
    ],
)
def test_an_earlier_stage_moves_less_in_the_first_update(trains, expected):
    made = recipe()
    model = made.build(("blue", "green", "red"))
    parts = [*stages(model), model.get_layer("head")]
    before = [part.get_weights() for part in parts]
    rate = ktl.LearningRate(RATE, "constant", warmup=0.0, stage_decay=0.3)
    phase = ktl.Phase(trains, epochs=1, learning_rate=rate, weight_decay=0.0, keep="last")
    made.fit(data(), [phase], batch_size=36, verbose=0)
    undo_temperature(made)
    moved = [
        max(np.abs(new - old).max() for new, old in zip(part.get_weights(), values, strict=True))
        for part, values in zip(parts, before, strict=True)
    ]
    # Adam's first step is the rate itself.
    assert moved == pytest.approx([RATE * factor for factor in expected], rel=1e-2)


def test_a_huge_gradient_counts_as_one_of_norm_1():
    layers = [keras.layers.Dense(2, name="hidden"), keras.layers.Dense(1, name="head")]
    model = keras.Sequential([keras.Input((3,)), *layers])
    rate = ktl.LearningRate(schedule="constant", warmup=0.0)
    phase = ktl.Phase("all", epochs=1, learning_rate=rate, weight_decay=0.0)
    optimizer = optimizer_for_phase(
        model.trainable_variables,
        phase,
        peak=RATE,
        batches=1,
        previous=StagedAdamW(),
        rate_multipliers=stage_multipliers(model, phase.rate.stage_decay),
    )
    model.compile(optimizer, "sparse_categorical_crossentropy")
    model.compile(optimizer, lambda labels, outputs: 1e6 * keras.ops.mean(outputs))
    before = model.get_weights()
    model.fit(np.ones((4, 3)), np.ones((4, 1)), batch_size=4, verbose=0)
    # The momentum is a tenth of the first gradient, here over the weights of both layers.
    momenta = [keras.ops.convert_to_numpy(each) for each in optimizer._momentums]
    norm = 10 * np.sqrt(sum(np.square(each, dtype="float64").sum() for each in momenta))
    assert norm == pytest.approx(1, rel=1e-3)
    moved = [np.abs(new - old) for new, old in zip(model.get_weights(), before, strict=True)]
    assert max(each.max() for each in moved) == pytest.approx(RATE, rel=1e-2)
