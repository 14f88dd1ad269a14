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
    classes = {known.__name__: known for known in schedule_classes().values()}
    by_key = {name.lower(): known for name, known in classes.items()}
    key = schedule.replace("_", "").lower()
    if key not in by_key:
        raise unknown_name("schedule", schedule, classes)
    return by_key[key]()


def schedule_classes() -> dict[str, type[Schedule]]:
    """Return the built-in schedules by the name that files and the command line use.

    That name is the name of the schedule's module.

    Example:

    >>> schedule_classes()["feature_extraction"].__name__
    'FeatureExtraction'
    """
    classes = [getattr(schedules, name) for name in dir(schedules)]
    return {each.__module__.rpartition(".")[2]: each for each in classes}
