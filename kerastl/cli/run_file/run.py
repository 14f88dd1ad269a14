"""A training run: data, recipe and schedule, read from a file or from options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from kerastl.cli.run_file.checking import make
from kerastl.cli.run_file.data.choose import read_data_section
from kerastl.cli.run_file.data.section import DataSection
from kerastl.cli.run_file.data.tables import Table
from kerastl.cli.run_file.default_schedule import DefaultSchedule
from kerastl.cli.run_file.document import read_document
from kerastl.cli.run_file.paths import located, relative
from kerastl.cli.run_file.place import Place
from kerastl.cli.run_file.recipe_section import RecipeSection, read_recipe_section
from kerastl.cli.run_file.schedule_section import AUTO, read_schedule, write_schedule
from kerastl.cli.run_file.target_section import TargetSection
from kerastl.training.phases.batch_size import check_batch_size
from kerastl.training.schedules.kept_phases import KeepOption, check_keep
from kerastl.version import __version__

if TYPE_CHECKING:
    from kerastl.recipe.recipe import Recipe
    from kerastl.training.phases.phase import Phase
    from kerastl.training.schedules.schedule import Schedule

RUN_FILE = "run.yaml"
"""Name of the file that describes the training, in the directory of a trained recipe."""

_HEADER = f"""\
# Written by kerastl {__version__}. To repeat the training:
#   kerastl fit {RUN_FILE} --out ANOTHER_DIRECTORY
"""


@dataclass(frozen=True)
class FitSection:
    """The batch size, the seed, the refit and the kept epoch of training.

    Args:
        batch_size: Examples in a batch. Defaults to the choice of `Recipe.fit`.
        seed: Seed of weights, order and augmentation. Defaults to 0.
        refit: Whether the probe is fitted again on training and validation examples. Defaults to
            the choice of `Recipe.fit`.
        keep: `"best"` or `"last"` epoch, as for `Recipe.fit`. Defaults to the phases' choice.

    Raises:
        ValueError: If a value is out of its range.
    """

    batch_size: int | None = None
    seed: int = 0
    refit: bool | None = None
    keep: KeepOption | None = None

    def __post_init__(self) -> None:
        check_keep(self.keep)
        check_batch_size(self.batch_size)
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"`seed` must lie in [0, 2**32). Received: seed={self.seed}")


@dataclass(frozen=True)
class Run:
    """Everything that a training run depends on.

    Args:
        data: The labelled examples.
        recipe: The task, the backbone and their settings.
        schedule: The phases of training, or the schedule that makes them.
        fit: Batch size and seed.
        out: The directory that the trained recipe is written to. Defaults to `runs/NAME`, with
            the name of the data.
        target: The domain to adapt to. Defaults to None: no adaptation.
    """

    data: DataSection
    recipe: RecipeSection
    schedule: DefaultSchedule | Schedule | list[Phase]
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
            folder: The folder that relative paths start from.

        Raises:
            ValueError: If a key is unknown or a value is wrong.
        """
        top = make(_Sections, values, place, "a run")
        recipe = top.recipe
        task = recipe.get("task") if isinstance(recipe, Mapping) else None
        data = read_data_section(top.data, place.at("data"), folder, task)
        made = read_recipe_section(recipe, place.at("recipe"), data.task)
        _check_task(made.task, data, place.at("recipe").at("task"))
        target = None
        if top.target:
            target = make(TargetSection, top.target, place.at("target"), "section 'target'")
            target = replace(target, adapt_to=located(target.adapt_to, folder))
        return cls(
            data=data,
            target=target,
            recipe=made.located(folder),
            schedule=read_schedule(top.schedule, place.at("schedule")),
            fit=make(FitSection, top.fit, place.at("fit"), "section 'fit'"),
            out=None if top.out is None else folder / top.out.expanduser(),
        )

    @property
    def directory(self) -> Path:
        """The directory that the trained recipe is written to."""
        if self.out is not None:
            return self.out
        data = self.data.path.resolve()
        return Path("runs") / (data.name if data.is_dir() else data.stem)

    def completed(self, recipe: Recipe, schedule: DefaultSchedule | Schedule | list[Phase]) -> Run:
        """Return the run with the values that the recipe chose by itself.

        Args:
            recipe: The trained recipe.
            schedule: The schedule that it was trained with.
        """
        return replace(self, recipe=self.recipe.completed(recipe), schedule=schedule)


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


def write_run(run: Run, path: Path, folder: Path | None = None) -> None:
    """Write a run file that `read_run` reads as the same run.

    Args:
        run: The run. Its directory is left out: the file is in it.
        path: The file.
        folder: The folder that the file is in when it is read. Paths are written as seen from it.
            Defaults to the folder of `path`.
    """
    folder = folder or path.parent
    values = {
        "data": run.data.plain(folder),
        "recipe": run.recipe.plain(folder),
        "schedule": write_schedule(run.schedule),
        "fit": _plain(run.fit),
    }
    if run.target is not None:
        there = relative(run.target.adapt_to, folder)
        values["target"] = {**_plain(run.target), "adapt_to": there}
    text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True)
    path.write_text(_HEADER + text, encoding="utf-8")


def _check_task(task: str, data: DataSection, place: Place) -> None:
    """Refuse data that the task does not learn from."""
    from kerastl.tasks.registry import TASKS

    suited = [
        name
        for name, row in TASKS.items()
        if row.modality == data.modality and data.reader in row.readers
    ]
    if task not in suited:
        inputs = f" with {data.modality}s" if isinstance(data, Table) else ""
        raise place.error(
            f"{data.kind}{inputs} does not suit this task. It suits {' and '.join(suited)}. "
            f"Received: task={task!r} for {str(data.path)!r}"
        )


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
