"""What is wrong with a schedule is said before anything trains, with the value named."""

from types import SimpleNamespace

import pytest

import kerastl as ktl
from kerastl.training.freezing.freezing import train_only
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.resolve import resolve_schedule
from tests.training import tiny

pytestmark = pytest.mark.both_backends

NAN, INFINITE = float("nan"), float("inf")
EXAMPLES = SimpleNamespace(training_count=36, batch_size=16)


@pytest.fixture(scope="module")
def model():
    made = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    return made.build(("a", "b"))


def refused(make, message):
    with pytest.raises(ValueError, match="Received: ") as error:
        make()
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"trains": ""}, "trains=''"),
        ({"trains": "top"}, "must be 'head', 'all', 'from:STAGE', 'last:N' or 'lora'"),
        ({"trains": "from:"}, "trains='from:'"),
        ({"trains": "last:0"}, "trains='last:0'"),
        ({"trains": "last:-1"}, "trains='last:-1'"),
        ({"trains": "last:2.5"}, "trains='last:2.5'"),
        ({"trains": "lora:stage1"}, "trains='lora:stage1'"),
        # Parts are nested, so two of them overlap: only one can be named.
        ({"trains": "head,all"}, "trains='head,all'"),
        ({"trains": ["from:stage1", "last:1"]}, "trains=['from:stage1', 'last:1']"),
        ({"epochs": 0}, "must be a whole number of at least 1. Received: epochs=0"),
        ({"epochs": -3}, "epochs=-3"),
        ({"epochs": 2.5}, "`epochs` must be a whole number of at least 1. Received: epochs=2.5"),
        ({"epochs": "3"}, "Received: epochs='3'"),
        ({"epochs": True}, "epochs=True"),
        ({"accumulate": 1.5}, "accumulate=1.5"),
        ({"patience": 2.5}, "patience=2.5"),
        ({"patience": "2"}, "patience='2'"),
        ({"augment": True, "views": 1.5}, "views=1.5"),
        ({"augment": True, "views": 0}, "views=0"),
        ({"learning_rate": "1e-4"}, "learning_rate='1e-4'"),
        ({"weight_decay": -0.1}, "must be a number in [0, inf). Received: weight_decay=-0.1"),
        ({"weight_decay": NAN}, "weight_decay=nan"),
        ({"weight_decay": "0.01"}, "weight_decay='0.01'"),
        ({"weight_decay": None}, "weight_decay=None"),
        ({"required_gain": NAN}, "must be a number in (-inf, inf). Received: required_gain=nan"),
        ({"required_gain": "1"}, "required_gain='1'"),
        ({"learning_rate": 0.0}, "`learning_rate` must be a number in (0, inf). Received: learn"),
        ({"learning_rate": True}, "learning_rate=True"),
        ({"learning_rate": -1e-4}, "learning_rate=-0.0001"),
        ({"learning_rate": NAN}, "learning_rate=nan"),
        ({"learning_rate": INFINITE}, "learning_rate=inf"),
        ({"learning_rate": {"peak": 0.0}}, "learning_rate=0.0"),
        (
            {"learning_rate": {"schedule": "sine"}},
            "'one_cycle', 'steps'. Received: schedule='sine'",
        ),
        ({"learning_rate": {"stage_decay": 0.0}}, "number in (0, 1]. Received: stage_decay=0.0"),
        ({"learning_rate": {"stage_decay": 1.5}}, "stage_decay=1.5"),
        ({"learning_rate": {"stage_decay": NAN}}, "stage_decay=nan"),
        ({"learning_rate": {"warmup": 1.0}}, "must be a number in [0, 1). Received: warmup=1.0"),
        ({"learning_rate": {"start": -0.1}}, "must be a number in [0, 1]. Received: start=-0.1"),
        ({"patience": 0}, "a whole number of at least 1. Received: patience=0"),
        ({"accumulate": 0}, "a whole number of at least 1. Received: accumulate=0"),
        ({"trains": "lora", "lora_rank": 0}, "whole number of at least 1. Received: lora_rank=0"),
        ({"linear_probe": True}, "Only the head can be fitted as a linear probe. Pass trains="),
        ({"trains": "lora", "linear_probe": True}, "Received: trains='lora'"),
    ],
    ids=str,
)
def test_invalid_phases(settings, message):
    refused(lambda: Phase(**{"trains": "all", **settings}), message)


@pytest.mark.parametrize(
    ("trains", "message"),
    [
        ("from:stage9", "Unknown stage. Did you mean 'stage3'"),
        ("from:Stage1", "Did you mean 'stage1'"),
        ("from:encoder", "Known: stage1, stage2, stage3. Received: 'encoder'"),
        ("from:stage1,last:1", "Received: 'stage1,last:1'"),
        # The head is no stage: it is the part that trains in every phase.
        ("from:head", "Unknown stage. Known: stage1, stage2, stage3. Received: 'head'"),
        (
            "last:99",
            "The backbone has 3 stages: stage1, stage2, stage3. Received: trains='last:99'",
        ),
        ("top", "must be 'head', 'all', 'from:STAGE', 'last:N' or 'lora'. Received: trains='top'"),
        ("stage3", "Received: trains='stage3'"),
        ("last:0", "Received: trains='last:0'"),
        ("last:-1", "Received: trains='last:-1'"),
        ("lora", "There are no low-rank matrices to train outside of `low_rank_matrices`"),
    ],
)
def test_parts_that_a_backbone_has_not(trains, message, model):
    refused(lambda: train_only(model, trains), message)


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ([], "at least one. Received: []"),
        ((), "at least one. Received: ()"),
        (ktl.Phase("all"), "a list of Phase objects, at least one. Received: Phase("),
        (ktl.schedules.FullFineTune, "Received: <class"),
        (3, "Received: 3"),
        (["head"], "a list of Phase objects, at least one. Received: ['head']"),
        ("gradual_unfreze", "Unknown schedule"),
        ("", "Received: ''"),
        (ktl.schedules.LinearProbeThenFineTune(from_stage="stag1"), "Did you mean 'stage1'"),
    ],
    ids=repr,
)
def test_what_is_no_schedule_for_this_backbone(schedule, message):
    refused(lambda: resolve_schedule(schedule, tiny.STAGES, EXAMPLES), message)


@pytest.mark.parametrize("value", [0, -1, NAN, INFINITE])
@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("FullFineTune", "epochs"),
        ("FullFineTune", "learning_rate"),
        ("LinearProbeThenFineTune", "epochs"),
        ("LinearProbeThenFineTune", "learning_rate"),
        ("GradualUnfreeze", "epochs_per_stage"),
        ("GradualUnfreeze", "final_epochs"),
        ("GradualUnfreeze", "learning_rate"),
        ("GradualUnfreeze", "stage_decay"),
        ("OneCycleFineTune", "epochs"),
        ("OneCycleFineTune", "frozen_epochs"),
        ("OneCycleFineTune", "learning_rate"),
        ("OneCycleFineTune", "lr_mult"),
        ("LoRA", "rank"),
        ("LoRA", "epochs"),
        ("LoRA", "learning_rate"),
        ("BiTHyperRule", "learning_rate"),
        ("HeadThenFineTune", "head_epochs"),
        ("HeadThenFineTune", "epochs"),
        ("HeadThenFineTune", "learning_rate"),
        ("JointFineTune", "epochs"),
        ("JointFineTune", "learning_rate"),
    ],
)
def test_numbers_that_no_schedule_takes(name, setting, value):
    make = getattr(ktl.schedules, name)
    counts = setting == "rank" or "epochs" in setting
    kind = "whole number of at least 1" if counts else "number in (0, inf)"
    refused(
        lambda: make(**{setting: value}),
        f"`{setting}` must be a {kind}. Received: {setting}={value!r}",
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ktl.schedules.GradualUnfreeze(stage_decay=1.1), "stage_decay=1.1"),
        (lambda: ktl.schedules.OneCycleFineTune(lr_mult=0.5), "[1, inf). Received: lr_mult=0.5"),
        (lambda: ktl.schedules.ProbeGuidedFineTune(epochs="3"), "epochs='3'"),
        (lambda: ktl.schedules.ProbeGuidedFineTune(required_gain="1"), "required_gain='1'"),
        (lambda: ktl.schedules.ProbeGuidedFineTune(required_gain=NAN), "required_gain=nan"),
        (lambda: ktl.schedules.BiTHyperRule().phases(tiny.STAGES), "Received: examples=None"),
    ],
)
def test_values_out_of_a_range_of_their_own(make, message):
    refused(make, message)
