from types import SimpleNamespace

import pytest

import kerastl as ktl
from kerastl.training.schedules.resolve import resolve_schedule

STAGES = ("stem", "stage1", "stage2")
EXAMPLES = SimpleNamespace(training_count=450, batch_size=16)


@pytest.mark.parametrize(
    ("schedule", "trains"),
    [
        ("probe_guided_fine_tune", ["head"]),
        ("feature_extraction", ["head"]),
        ("FullFineTune", ["all"]),
        ("gradual_unfreeze", ["head", "last:1", "last:2", "all"]),
        ("one_cycle_fine_tune", ["head", "all"]),
        ("lora", ["head", "lora"]),
        ("head_then_fine_tune", ["head", "from:stage1"]),
        ("JointFineTune", ["from:stage1"]),
        ("LoRA", ["head", "lora"]),
        ("bit_hyper_rule", ["all"]),
        ("BiTHyperRule", ["all"]),
        (ktl.schedules.LinearProbeThenFineTune(from_stage="stage2"), ["head", "from:stage2"]),
        ([ktl.Phase("last:1")], ["last:1"]),
    ],
)
def test_names_objects_and_lists_are_taken(schedule, trains):
    phases = resolve_schedule(schedule, STAGES, EXAMPLES)
    assert [phase.trains for phase in phases] == trains


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("gradual", "Unknown schedule"),
        # A task has a schedule of its own for it; see `Recipe.fit`.
        ("auto", "Unknown schedule"),
        ("bit_hyper_rule", "pass `examples`"),
        ([], "at least one"),
        ([{"trains": "head"}], "list of Phase"),
        (ktl.schedules.LinearProbeThenFineTune(from_stage="stage7"), "Unknown stage"),
    ],
)
def test_what_is_no_schedule_is_refused(schedule, message):
    with pytest.raises(ValueError, match=message):
        resolve_schedule(schedule, STAGES)


@pytest.mark.parametrize("name", ktl.schedules.__all__)
def test_every_built_in_schedule_survives_its_configuration(name):
    schedule = getattr(ktl.schedules, name)()
    assert type(schedule).from_config(schedule.get_config()) == schedule
    assert schedule.phases(("only",), EXAMPLES)
