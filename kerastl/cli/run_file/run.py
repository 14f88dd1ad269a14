"""A training run: data, recipe, schedule and fit, read from a file or from options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from kerastl.cli.run_file.checking import make
from kerastl.cli.run_file.data.choose import read_data_section
from kerastl.cli.run_file.data.section import DataSection
from kerastl.cli.run_file.document import read_document
from kerastl.cli.run_file.paths import relative
from kerastl.cli.run_file.place import Place
from kerastl.cli.run_file.recipe_section import RecipeSection
from kerastl.cli.run_file.schedule_section import AUTO, read_schedule, write_schedule
from kerastl.cli.run_file.target_section import TargetSection
from kerastl.training.phases.batch_size import check_batch_size
from kerastl.version import __version__

if TYPE_CHECKING:
    from kerastl.recipe.recipe import Recipe
    from kerastl.training.phases.phase import Phase
    from kerastl.training.schedules.schedule import Schedule

RUN_FILE = "run.yaml"
"""What a directory with a trained recipe calls the description of its training."""

_HEADER = f"""\
# Written by kerastl {__version__}. The same training again:
#   kerastl fit {RUN_FILE} --out ANOTHER_DIRECTORY
"""


@dataclass(frozen=True)
class FitSection:
    """How training goes.

    Args:
        batch_size: Examples in a batch. Defaults to what `Recipe.fit` chooses.
        seed: Seed of weights, order and augmentation. Defaults to 0.

    Raises:
        ValueError: If a value is out of its range.
    """

    batch_size: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        check_batch_size(self.batch_size)
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"`seed` must lie in [0, 2**32). Received: seed={self.seed}")


@dataclass(frozen=True)
class Run:
    """Everything that a training run depends on.

    Args:
        data: What it learns from.
        recipe: What learns.
        schedule: What trains, and when.
        fit: How training goes.
        out: The directory that the trained recipe is written to; None where it is not said.
        target: The domain that it is adapted to; None where there is none.
    """

    data: DataSection
    recipe: RecipeSection
    schedule: Schedule | list[Phase]
    fit: FitSection
    out: Path | None = None
    target: TargetSection | None = None

    @classmethod
    def from_values(cls, values: Any, place: Place, folder: Path) -> Run:
        """Make a run from plain values.

        Args:
            values: A mapping with the sections `data`, `recipe`, `schedule`, `fit` and
                `target`, and `out`.
            place: Where the values were given.
            folder: What relative paths start from.

        Raises:
            ValueError: If a key is unknown or a value is wrong.
        """
        top = make(_Sections, values, place, "a run")
        recipe = top.recipe
        task = recipe.get("task") if isinstance(recipe, Mapping) else None
        data = read_data_section(top.data, place.at("data"), folder, task)
        if isinstance(recipe, Mapping):
            recipe = {"task": data.task, **recipe}
        made = make(RecipeSection, recipe, place.at("recipe"), "section 'recipe'")
        target = None
        if top.target:
            target = make(TargetSection, top.target, place.at("target"), "section 'target'")
            target = replace(target, adapt_to=folder / target.adapt_to.expanduser())
        return cls(
            data=data,
            target=target,
            recipe=made.located(folder),
            schedule=read_schedule(top.schedule, place.at("schedule")),
            fit=make(FitSection, top.fit, place.at("fit"), "section 'fit'"),
            out=None if top.out is None else folder / top.out.expanduser(),
        )

    def completed(self, recipe: Recipe) -> Run:
        """Return the run with what the recipe chose by itself."""
        return replace(self, recipe=self.recipe.completed(recipe))


def read_run(path: Path) -> Run:
    """Read a run file.

    Args:
        path: A YAML file; paths in it are relative to its folder.

    Returns:
        The run.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If something in it is wrong, with its line.
    """
    document = read_document(path)
    return Run.from_values(document.value, document.place, path.parent)


def write_run(run: Run, path: Path) -> None:
    """Write a run file that `read_run` reads as the same run.

    Args:
        run: The run; where it was written to is left out, since the file lies there.
        path: The file; relative paths are written as seen from its folder.
    """
    folder = path.parent
    recipe = run.recipe.as_seen_from(folder)
    values = {
        "data": run.data.plain(folder),
        "recipe": _plain(recipe),
        "schedule": write_schedule(run.schedule),
        "fit": _plain(run.fit),
    }
    if run.target is not None:
        there = relative(run.target.adapt_to, folder)
        values["target"] = {**_plain(run.target), "adapt_to": there}
    if recipe.image_size is not None:
        values["recipe"]["image_size"] = "{}x{}".format(*recipe.image_size)
    text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True)
    path.write_text(_HEADER + text, encoding="utf-8")


@dataclass(frozen=True)
class _Sections:
    data: Any
    recipe: Any = field(default_factory=dict)
    schedule: Any = AUTO
    fit: Any = field(default_factory=dict)
    target: Any = field(default_factory=dict)
    out: Path | None = None


def _plain(section: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(section).items() if value not in (None, {})}
