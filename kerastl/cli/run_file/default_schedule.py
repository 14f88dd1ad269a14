"""The default schedule of a task, with the settings that a run replaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from kerastl.cli.run_file.checking import make
from kerastl.cli.run_file.place import Place
from kerastl.training.schedules.schedule import Schedule

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.phases.phase import Phase


@dataclass(frozen=True)
class DefaultSchedule:
    """The schedule that a recipe chooses by itself, which a run file calls `"auto"`.

    Args:
        settings: Values that replace those of the recipe's default schedule, by name.
        place: Where the settings were given.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    place: Place = field(default=Place(lambda keys: ""), compare=False, repr=False)

    def resolved(self, recipe: RecipeContract) -> Schedule | list[Phase]:
        """Return the recipe's default schedule with the settings replaced.

        Args:
            recipe: Its `default_schedule` is asked.

        Returns:
            The schedule, or the phases where the default is a list of phases.

        Raises:
            ValueError: If the schedule lacks a setting, or a value is wrong.
        """
        default = recipe.default_schedule()
        if not self.settings:
            return default if isinstance(default, Schedule) else list(default)
        if not is_dataclass(default):
            raise self.place.error(
                f"The default schedule of {recipe.task!r} has no settings: name a schedule. "
                f"Received: {dict(self.settings)!r}"
            )
        known = [each.name for each in fields(default)]
        name = type(default).__name__
        for key, value in self.settings.items():
            if key not in known:
                has = f"it has {', '.join(known)}" if known else "it has none"
                raise self.place.at(key).error(
                    f"{name}, the default schedule of {recipe.task!r}, has no setting {key!r}: "
                    f"{has}. Received: {key}={value!r}"
                )
        checked = make(type(default), self.settings, self.place, f"schedule {name}")
        changes = {key: getattr(checked, key) for key in self.settings}
        changed = replace(cast("DataclassInstance", default), **changes)
        return cast("Schedule", changed)
