"""The schedule of a run: read from plain values, and written as such."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from kerastl.basics.suggest import unknown_name
from kerastl.cli.run_file.checking import make
from kerastl.cli.run_file.default_schedule import DefaultSchedule
from kerastl.cli.run_file.place import Place
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.resolve import schedule_classes
from kerastl.training.schedules.schedule import Schedule

AUTO = "auto"
"""The name of a task's default schedule in files and on the command line."""


def read_schedule(value: Any, place: Place) -> DefaultSchedule | Schedule | list[Phase]:
    """Make a schedule from plain values.

    Args:
        value: A name, a mapping with the key `name` and the schedule's own settings, or a
            list of phases, each a mapping of settings of `kerastl.Phase`. The name `"auto"`, or
            no name, is the task's default schedule.
        place: Where the value was given.

    Returns:
        The schedule object, or the phases.

    Raises:
        ValueError: If the name, a key or a value is wrong. Settings of the task's default
            schedule are checked later, by `DefaultSchedule.resolved`.
    """
    if isinstance(value, list):
        if not value:
            raise place.error("A schedule has at least one phase. Received: []")
        return [make(Phase, each, place.at(str(i)), "a phase") for i, each in enumerate(value)]
    settings = {"name": value} if isinstance(value, str) else value
    if not isinstance(settings, Mapping):
        raise place.error(
            "A schedule is a name, a mapping with a name and settings, or a list of phases. "
            f"Received: {value!r}"
        )
    name = settings.get("name", AUTO)
    rest = {setting: each for setting, each in settings.items() if setting != "name"}
    if name == AUTO:
        return DefaultSchedule(rest, place)
    known = schedule_classes()
    keys = {each.__name__: key for key, each in known.items()}
    key = keys.get(str(name), str(name))
    if key not in known:
        raise place.at("name").error(unknown_name("schedule", name, (AUTO, *known)))
    made: Schedule = make(known[key], rest, place, f"schedule {key!r}")
    return made


def write_schedule(schedule: DefaultSchedule | Schedule | list[Phase]) -> Any:
    """Return the plain values that `read_schedule` makes a schedule from.

    A schedule that has no public name is the default of its task: it is written as `"auto"`
    with all of its settings.
    """
    if isinstance(schedule, list):
        return [_settings(phase) for phase in schedule]
    if isinstance(schedule, DefaultSchedule):
        return {"name": AUTO, **schedule.settings}
    keys: dict[type, str] = {each: key for key, each in schedule_classes().items()}
    return {"name": keys.get(type(schedule), AUTO), **_settings(schedule)}


def _settings(described: Any) -> dict[str, Any]:
    settings = {each.name: getattr(described, each.name) for each in fields(described)}
    return {
        name: _settings(value) if is_dataclass(value) else value
        for name, value in settings.items()
        if value is not None
    }
