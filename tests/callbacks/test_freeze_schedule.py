import keras
import numpy as np
import pytest

from kerastl.callbacks import FreezeSchedule
from kerastl.training.optimizer.staged_adamw import StagedAdamW
from tests.callbacks.moving import (
    BLOCKS,
    Movement,
    compiled,
    fit,
    nested,
    sequential,
    staged,
    with_norms,
)
from tests.training import tiny


def moved(model, schedule, epochs, optimizer="sgd", **settings):
    movement = Movement()
    callback = FreezeSchedule(schedule, **settings)
    fit(compiled(model, optimizer), callback, movement, epochs=epochs)
    return movement.weights, movement.statistics


@pytest.mark.parametrize("freeze_batch_norm", [True, pytest.param(False, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({0: "head", 2: "from:stage3", 3: "all"}, [[], [], ["stage3"], tiny.STAGES]),
        ({0: "last:1", 1: "last:2"}, [["stage3"], ["stage2", "stage3"]]),
        ({0: "all", 1: "head"}, [tiny.STAGES, []]),
        ({0: "head"}, [[], []]),
    ],
)
def test_exactly_the_stages_of_the_epoch_move(schedule, expected, freeze_batch_norm):
    weights, statistics = moved(
        staged(), schedule, len(expected), freeze_batch_norm=freeze_batch_norm
    )
    assert weights == [{"head", *names} for names in expected]
    assert statistics == [set() if freeze_batch_norm else set(names) for names in expected]


@pytest.mark.parametrize("make", [pytest.param(sequential, marks=pytest.mark.slow), nested])
@pytest.mark.parametrize("freeze_batch_norm", [True, pytest.param(False, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({0: "head", 1: "from:block3", 2: "all"}, [[], ["block3"], BLOCKS]),
        ({0: "last:1", 1: "last:2", 2: "last:3"}, [[], ["block3"], ["block2", "block3"]]),
        ({0: "from:block2_end", 1: "from:block2"}, [["block3"], ["block2", "block3"]]),
        ({0: "all", 1: "head"}, [BLOCKS, []]),
    ],
)
def test_exactly_the_layers_of_the_epoch_move(make, schedule, expected, freeze_batch_norm):
    weights, statistics = moved(
        make(), schedule, len(expected), freeze_batch_norm=freeze_batch_norm
    )
    if freeze_batch_norm:
        assert weights == [{"head", *names} for names in expected]
        assert statistics == [set()] * len(expected)
    else:
        assert weights == [{"head"} | with_norms(*names) for names in expected]
        assert statistics == [{f"{name}_norm" for name in names} for names in expected]


@pytest.mark.parametrize(
    ("head", "schedule", "expected"),
    [
        ("block3", {0: "head", 1: "from:head"}, [{"block3", "block3_norm"}, {"block3", "head"}]),
        (["block3", "head"], {0: "head"}, [{"block3", "head"}]),
        ("block1_norm", {0: "head"}, [{"block1_norm"}]),
    ],
)
def test_the_head_is_what_is_named(head, schedule, expected):
    weights, _ = moved(sequential(), schedule, len(expected), head=head)
    assert [{*names} - {"block3_norm"} for names in expected] == weights


def test_a_nested_model_is_a_name_too():
    weights, _ = moved(nested(), {0: "head", 1: "from:backbone"}, 2)
    assert weights == [{"head"}, {"head", *BLOCKS}]


def test_stages_inside_a_nested_model_are_names_too():
    layers = [tiny.backbone().build(), keras.layers.GlobalAveragePooling2D()]
    model = compiled(keras.Sequential([*layers, keras.layers.Dense(3, name="head")]))
    fit(model, FreezeSchedule({0: "head", 1: "from:stage3"}), epochs=2)
    features, head = model.layers[0], model.layers[-1]
    assert [stage.name for stage in features.layers if stage.trainable_weights] == ["stage3"]
    assert len(model.trainable_weights) == 2 + 2
    assert head.trainable


@pytest.mark.parametrize("make", [staged, nested])
def test_batch_norm_frozen_in_one_fit_trains_in_the_next(make):
    model = make()
    for freeze_batch_norm in (True, False):
        _, statistics = moved(model, {0: "all"}, 1, freeze_batch_norm=freeze_batch_norm)
        assert bool(statistics[0]) != freeze_batch_norm


def test_what_trained_last_stays_trainable():
    model = compiled(sequential())
    fit(model, FreezeSchedule({0: "all", 1: "from:block3"}), epochs=2)
    assert [layer.name for layer in model.layers if layer.trainable_weights] == ["block3", "head"]


@pytest.mark.slow
@pytest.mark.both_backends
@pytest.mark.parametrize(
    ("trains", "optimizer"), [("head", "adam"), ("from:block2", StagedAdamW), ("all", "scaled")]
)
def test_one_entry_works_on_every_backend_and_compile_begins_the_next(trains, optimizer):
    def made():
        kind = StagedAdamW if optimizer == "scaled" else optimizer
        bare = keras.optimizers.get(kind) if isinstance(kind, str) else kind(1e-2)
        return keras.optimizers.LossScaleOptimizer(bare) if optimizer == "scaled" else bare

    model = nested()
    expected = {"head": [], "from:block2": ["block2", "block3"], "all": BLOCKS}[trains]
    for _ in range(2):
        weights, statistics = moved(model, {0: trains}, 2, made())
        assert weights == [{"head", *expected}] * 2
        assert statistics == [set()] * 2


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ({}, "an entry for epoch 0"),
        ({1: "head"}, r"an entry for epoch 0.*Received: schedule=\{1: 'head'\}"),
        ({0: "head", -1: "all"}, r"at least 0\. Received: -1: 'all'"),
        ({0: "head", 1.5: "all"}, r"Received: 1\.5: 'all'"),
        ({0: "head", True: "all"}, "Received: True: 'all'"),
        ({0: "top"}, "trains='top'"),
        ({0: "last:0"}, "trains='last:0'"),
        ({0: "from:"}, "trains='from:'"),
        ({0: "head", 1: "lora"}, "Received: 1: 'lora'"),
    ],
)
def test_an_invalid_schedule_is_refused_with_the_value_named(schedule, message):
    with pytest.raises(ValueError, match=message) as error:
        FreezeSchedule(schedule)
    assert "Received: " in str(error.value)


@pytest.mark.parametrize(
    ("make", "schedule", "settings", "message"),
    [
        (staged, {0: "head", 1: "from:stage9"}, {}, "Unknown stage.*stage[123].*stage9"),
        (staged, {0: "last:4"}, {}, "has 3 stages.*last:4"),
        (staged, {0: "head"}, {"head": "head"}, "made of stages.*head='head'"),
        (nested, {0: "head", 1: "from:blok2"}, {}, "Unknown layer.*'block2'.*blok2"),
        (nested, {0: "last:5"}, {}, "4 layers with weights.*last:5"),
        (nested, {0: "head"}, {"head": "haed"}, "Unknown layer.*'head'.*haed"),
        (nested, {0: "head"}, {"head": "pool"}, "no trainable weight.*'head'"),
    ],
)
def test_a_schedule_that_does_not_fit_the_model_is_refused(make, schedule, settings, message):
    model, movement = compiled(make()), Movement()
    with pytest.raises(ValueError, match=message) as error:
        fit(model, movement, FreezeSchedule(schedule, **settings))
    assert "Received: " in str(error.value)
    assert movement.epochs == []


def test_a_model_without_weights_is_refused():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Rescaling(2.0)])
    model.compile("sgd", "mse")
    data = np.ones((4, 2))
    with pytest.raises(ValueError, match="no layer with weights"):
        model.fit(data, data, callbacks=[FreezeSchedule({0: "all"})], verbose=0)
