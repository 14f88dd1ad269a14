"""The recipe of a run: task, backbone, weights and the task's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.basics.suggest import unknown_name
from kerastl.cli.run_file.checking import check, make
from kerastl.cli.run_file.paths import from_file, to_file
from kerastl.cli.run_file.place import Place
from kerastl.cli.run_file.task_settings import task_settings

if TYPE_CHECKING:
    from kerastl.recipe.recipe import Recipe

PRETRAINED, RANDOM = "pretrained", "none"
_WEIGHT_NAMES = (PRETRAINED, RANDOM, "imagenet")


@dataclass(frozen=True)
class RecipeSection:
    """A task, a backbone and the settings of both.

    Args:
        task: A name in `kerastl.tasks.registry.TASKS`.
        backbone: As for `kerastl.backbone`: a name, preset or path. Defaults to the task's.
        weights: `"pretrained"`, the backbone's own; `"none"`, random ones; or a preset's name
            or a path. Defaults to `"pretrained"`.
        options: Options of the backbone's builder, such as `{"alpha": 0.35}`.
        settings: Arguments of the task's class, such as `{"image_size": (96, 96)}`; see
            `task_settings`.

    Raises:
        ValueError: If the task is unknown, or the weights are among the options.
    """

    task: str
    backbone: str | None = None
    weights: str | None = PRETRAINED
    options: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from kerastl.tasks.registry import find_entry

        find_entry(self.task)
        if "weights" in self.options:
            raise ValueError(
                "`weights` is a setting of the recipe, not an option of the backbone. "
                f"Received: options={self.options!r}"
            )

    def make(self) -> Recipe:
        """Make the recipe, not yet built.

        Raises:
            ValueError: If backbone, weights, options and task do not fit.
        """
        from kerastl.backbones.registry import backbone
        from kerastl.tasks.registry import find_entry

        entry = find_entry(self.task)
        options = dict(self.options)
        if self.weights != PRETRAINED:
            options["weights"] = None if self.weights in (None, RANDOM) else self.weights
        chosen = backbone(self.backbone or entry.default_backbone, **options)
        return entry.recipe_class(chosen, **self.settings)

    def completed(self, recipe: Recipe) -> RecipeSection:
        """Return the section with the values that the recipe chose by itself."""
        from kerastl.tasks.registry import find_entry

        config = recipe.get_config()
        chosen = {
            name: tuple(config[name]) if isinstance(config[name], list) else config[name]
            for name in task_settings(type(recipe))
            if config.get(name) is not None
        }
        given = self.backbone or find_entry(self.task).default_backbone
        return replace(self, backbone=given, settings=chosen)

    def located(self, folder: Path) -> RecipeSection:
        """Return the section with paths that were relative to a folder."""
        return self._with_paths(from_file, folder)

    def plain(self, folder: Path) -> dict[str, Any]:
        """Return plain values, with paths as seen from a folder."""
        section = self._with_paths(to_file, folder)
        own = {each.name: getattr(section, each.name) for each in fields(section)}
        settings = own.pop("settings")
        values = {name: value for name, value in own.items() if value not in (None, {})}
        return {**values, **{name: _plain(value) for name, value in settings.items()}}

    def _with_paths(self, change: Any, folder: Path) -> RecipeSection:
        from kerastl.backbones.registry import names

        given = self.backbone
        return replace(
            self,
            backbone=None if given is None else change(given, folder, names()),
            weights=change(self.weights or RANDOM, folder, _WEIGHT_NAMES),
            options={
                name: change(value, folder, ()) if _may_be_path(value) else value
                for name, value in self.options.items()
            },
        )


def read_recipe_section(values: Any, place: Place, default_task: str) -> RecipeSection:
    """Make a section from plain values.

    Args:
        values: A mapping with the fields of `RecipeSection`, in which the task's settings are
            beside the others.
        place: Where the values were given.
        default_task: The task if the values name none.

    Returns:
        The section.

    Raises:
        ValueError: If a key is unknown or belongs to another task, or a value is wrong.
    """
    from kerastl.tasks.registry import TASKS

    what = "section 'recipe'"
    if not isinstance(values, Mapping):
        return make(RecipeSection, values, place, what)
    own = {each.name for each in fields(RecipeSection)} - {"settings"}
    common = {name: value for name, value in values.items() if name in own}
    section = make(RecipeSection, {"task": default_task, **common}, place, what)
    known = task_settings(TASKS[section.task].recipe_class)
    settings = {}
    for name, value in values.items():
        if name in own:
            continue
        if name not in known:
            raise place.at(str(name)).error(_unknown(str(name), value, section.task, own, known))
        settings[name] = check(value, known[name], place.at(name))
    return replace(section, settings=settings)


def _unknown(
    name: str, value: Any, task: str, own: set[str], known: Mapping[str, Any]
) -> ValueError:
    from kerastl.tasks.registry import TASKS

    if any(name in task_settings(each.recipe_class) for each in TASKS.values()):
        return ValueError(f"The task {task!r} has no {name}. Received: {name}={value!r}")
    return unknown_name("setting of section 'recipe'", name, (*own, *known))


def _may_be_path(value: Any) -> bool:
    return isinstance(value, str) and Path(value).name != value


def _plain(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    if all(type(each) is int for each in value):
        return "x".join(map(str, value))
    return list(value)
