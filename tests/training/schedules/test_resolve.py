import pytest

import kerastl as ktl
from kerastl.training.schedules.resolve import resolve_schedule

STAGES = ("stem", "stage1", "stage2")


@pytest.mark.parametrize(
    ("schedule", "trains"),
    [
        ("auto", ["head", "from:stage1"]),
        ("feature_extraction", ["head"]),
        ("FullFineTune", ["all"]),
        (ktl.schedules.LinearProbeThenFineTune(from_stage="stage2"), ["head", "from:stage2"]),
        ([ktl.Phase("last:1")], ["last:1"]),
    ],
)
def test_names_objects_and_lists_are_taken(schedule, trains):
    assert [phase.trains for phase in resolve_schedule(schedule, STAGES)] == trains


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("gradual", "Unknown schedule"),
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
    assert schedule.phases(("only",))
