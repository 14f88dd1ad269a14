from dataclasses import dataclass, fields
from types import SimpleNamespace

import pytest
import yaml

from kerastl.cli.run_file.default_schedule import DefaultSchedule
from kerastl.cli.run_file.place import Place
from kerastl.cli.run_file.schedule_section import (
    read_schedule,
    write_schedule,
)
from kerastl.training.phases.learning_rate import LearningRate
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.resolve import resolve_schedule, schedule_classes
from kerastl.training.schedules.schedule import ScheduleConfig

PLACE = Place(lambda keys: ".".join(("schedule", *keys)))
STAGES = ("stem", "stage1", "stage2")
EXAMPLES = SimpleNamespace(training_count=450, batch_size=16)


@pytest.mark.parametrize("name", schedule_classes())
def test_every_built_in_schedule_can_be_written_and_read(name):
    schedule = read_schedule(name, PLACE)
    assert type(schedule) is schedule_classes()[name]
    expected = resolve_schedule(name, STAGES, EXAMPLES)
    assert resolve_schedule(schedule, STAGES, EXAMPLES) == expected
    assert read_schedule(write_schedule(schedule), PLACE) == schedule
    # A field of a kind that checking does not know would be refused here.
    given = {each.name: each.default for each in fields(schedule) if each.default is not None}
    assert read_schedule({"name": name, **given}, PLACE) == schedule
    assert read_schedule(schedule_classes()[name].__name__, PLACE) == schedule


@pytest.mark.parametrize("value", ["auto", {}, {"name": "auto"}])
def test_auto_and_no_name_are_the_default_of_the_task(value):
    assert read_schedule(value, PLACE) == DefaultSchedule()
    assert write_schedule(read_schedule(value, PLACE)) == {"name": "auto"}


@pytest.mark.parametrize("value", [{"epochs": 8}, {"name": "auto", "epochs": 8}])
def test_settings_without_a_name_are_kept_for_the_default_of_the_task(value):
    assert read_schedule(value, PLACE) == DefaultSchedule({"epochs": 8})


def test_a_schedule_without_a_public_name_is_written_as_the_default_of_its_task():
    @dataclass(frozen=True)
    class Toy(ScheduleConfig):
        epochs: int = 3
        from_stage: str | None = None

    assert write_schedule(Toy(4)) == {"name": "auto", "epochs": 4}


def test_phases():
    values = [
        {"trains": "head", "linear_probe": True},
        {"trains": "all", "learning_rate": "1e-5", "patience": 2, "accumulate": 4},
        {"trains": "lora", "lora_rank": 4, "learning_rate": {"schedule": "linear", "peak": "1e-3"}},
    ]
    phases = read_schedule(values, PLACE)
    assert phases == [
        Phase("head", linear_probe=True),
        Phase("all", learning_rate=1e-5, patience=2, accumulate=4),
        Phase("lora", lora_rank=4, learning_rate=LearningRate(1e-3, "linear")),
    ]
    written = write_schedule(phases)
    assert yaml.safe_load(yaml.safe_dump(written)) == written
    assert read_schedule(written, PLACE) == phases


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("feature_extractoin", "schedule.name: Unknown schedule. Did you mean 'feature_extr"),
        (7, "schedule: A schedule is a name, a mapping with a name and settings, or a list"),
        ([], "schedule: A schedule has at least one phase. Received: []"),
        (["head"], "schedule.0: a phase must be a mapping"),
        ([{"trains": "haed"}], "schedule.0: `trains` must be 'head', 'all'"),
        ([{"trains": "all", "epoch": 3}], "schedule.0.epoch: Unknown setting of a phase. Did you"),
        (
            [{"trains": "all", "epochs": 0}],
            "schedule.0: `epochs` must be a whole number of at least 1",
        ),
        ([{"epochs": 3}], "schedule.0: a phase needs the setting 'trains'"),
        (
            [{"trains": "all", "learning_rate": {"schedul": "linear"}}],
            "schedule.0.learning_rate.schedul: Unknown setting of 'learning_rate'. Did you mean "
            "'schedule'?",
        ),
        (
            [{"trains": "all", "learning_rate": {"schedule": "sine"}}],
            "schedule.0.learning_rate.schedule: must be 'cosine' or 'linear'",
        ),
        ({"name": "lora", "rank": 0}, "schedule: `rank` must be a whole number of at least 1."),
        (
            {"name": "feature_extraction", "epochs": 3},
            "schedule.epochs: schedule 'feature_extraction' has no settings",
        ),
        (
            {"name": "full_fine_tune", "learning_rate": "fast"},
            "schedule.learning_rate: must be a number. Received: 'fast'",
        ),
    ],
)
def test_invalid_schedules(value, said):
    with pytest.raises(ValueError, match=r"^schedule") as error:
        read_schedule(value, PLACE)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("loss_settings", "weights"),
    [
        ({"label_smoothing": 0.1, "focal": 2}, None),
        ({"class_weights": "balanced"}, [2 / 3, 2.0]),
        ({"class_weights": {"red": 2, 1: "5e-1"}}, [2.0, 0.5]),
    ],
)
def test_the_objective_of_a_phase_is_a_mapping(loss_settings, weights):
    phases = read_schedule([{"trains": "all", "loss_settings": loss_settings}], PLACE)
    made = phases[0].loss_settings.weights([0, 0, 0, 1], ("red", "green"))
    assert (None if made is None else made.tolist()) == weights
    written = write_schedule(phases)
    assert type(written[0]["loss_settings"]) is dict
    assert read_schedule(written, PLACE) == phases


def test_an_objective_of_a_phase_is_checked_where_it_stands():
    with pytest.raises(ValueError, match=r"^schedule\.0\.loss_settings\.focal: must be a number"):
        read_schedule([{"trains": "all", "loss_settings": {"focal": "hard"}}], PLACE)
