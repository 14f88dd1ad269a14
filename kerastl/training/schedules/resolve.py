"""Turn a schedule, its name or phases into phases."""

from collections.abc import Iterable, Sequence

from kerastl.basics.suggest import unknown_name
from kerastl.training import schedules
from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase
from kerastl.training.schedules.schedule import Schedule


def resolve_schedule(
    schedule: str | Schedule | Sequence[Phase],
    stage_names: tuple[str, ...],
    examples: Examples | None = None,
) -> list[Phase]:
    """Return the phases of a schedule for a backbone with given stages.

    Args:
        schedule: The name of a built-in schedule such as `"feature_extraction"` or
            `"FeatureExtraction"`, a schedule object, or phases.
        stage_names: The backbone's stages, from input to output.
        examples: The training examples, for schedules that depend on their number.

    Returns:
        The phases.

    Raises:
        ValueError: If the name is not known, or there is no phase.

    Example:

    >>> [str(phase) for phase in resolve_schedule("feature_extraction", ("stem",))]
    ['linear probe']
    """
    schedule = named_schedule(schedule)
    # A class has the same methods, and no settings.
    if isinstance(schedule, Schedule) and not isinstance(schedule, type):
        return schedule.phases(stage_names, examples)
    phases = list(schedule) if isinstance(schedule, Iterable) else []
    if not phases or not all(isinstance(phase, Phase) for phase in phases):
        raise ValueError(
            "A schedule is a name, an object of kerastl.schedules or a list of Phase objects, "
            f"at least one. Received: {schedule!r}"
        )
    return phases


def named_schedule(
    schedule: str | Schedule | Sequence[Phase],
) -> Schedule | Sequence[Phase]:
    """Return the built-in schedule of a name; an object or phases as they are.

    Args:
        schedule: As for `resolve_schedule`.

    Raises:
        ValueError: If the name is not known.
    """
    if not isinstance(schedule, str):
        return schedule
    by_key = {known.lower(): known for known in schedules.__all__}
    key = schedule.replace("_", "").lower()
    if key not in by_key:
        raise unknown_name("schedule", schedule, schedules.__all__)
    made: Schedule = getattr(schedules, by_key[key])()
    return made
