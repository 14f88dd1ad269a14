"""Train the recipe of a run, save it and measure it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.basics.files.target_directory import (
    STAGED_PREFIX,
    check_target,
    is_empty,
    with_own_name,
)
from kerastl.basics.printer import show
from kerastl.cli.run_file.default_schedule import DefaultSchedule
from kerastl.cli.run_file.run import RUN_FILE, Run, write_run
from kerastl.recipe.saving import RECIPE_FILE

if TYPE_CHECKING:
    from kerastl.recipe.recipe import Recipe
    from kerastl.training.phases.phase import Phase
    from kerastl.training.schedules.schedule import Schedule


def check_directory(directory: Path, *, overwrite: bool, resume: bool) -> None:
    """Refuse before training what saving would refuse after it.

    Args:
        directory: Where the trained recipe is written.
        overwrite: Whether an earlier run may be replaced.
        resume: Whether an unfinished run is continued.

    Raises:
        FileExistsError: If something is there that may not or cannot be replaced.
        OSError: If the directory cannot be created or written to.
    """
    unfinished = _checkpoint(directory)
    is_run = (directory / RUN_FILE).is_file()
    # A process that is killed between writing recipe and run file leaves a directory without one.
    is_half = resume and unfinished.exists() and not is_run
    if _holds_something(directory) and not (is_run and overwrite) and not is_half:
        what = (
            "an earlier run: pass --overwrite to replace it, or another directory as --out"
            if is_run
            else "something else than a run: pass another directory as --out"
        )
        raise FileExistsError(f"The directory already holds {what}. Received: {str(directory)!r}")
    check_target(directory, overwrite=True, marker=RECIPE_FILE, what="run")
    if unfinished.exists() and not (overwrite or resume):
        raise FileExistsError(
            "An earlier run was not finished: pass --resume to continue it, or --overwrite to "
            f"start again. Received: {str(unfinished)!r}"
        )


def train(run: Run, *, overwrite: bool, resume: bool, quiet: bool) -> None:
    """Train, save and evaluate.

    Args:
        run: Describes the training.
        overwrite: Whether an earlier run may be replaced.
        resume: Whether an unfinished run is continued.
        quiet: Whether only the evaluation is printed.
    """
    from kerastl.cli.quiet_start import import_tensorflow
    from kerastl.training.checkpoint.checkpoint import Checkpoint

    directory = run.directory
    import_tensorflow()
    recipe = run.recipe.make()
    schedule, used = _schedule(run, recipe)
    data = run.data.read_for_training(run.fit.seed)
    settings: dict[str, Any] = {"batch_size": run.fit.batch_size, "seed": run.fit.seed}
    if run.fit.refit is not None:
        settings["refit"] = run.fit.refit
    if run.target is not None:
        settings["adapt_to"] = run.target.read(run.data)
        settings["adaptation"] = run.target.adaptation
    if not resume:
        Checkpoint(_checkpoint(directory), resume=True).remove()
    checkpoint = Checkpoint(_checkpoint(directory), resume)
    # A progress bar redraws its line, which only a terminal can show.
    progress = "auto" if sys.stdout.isatty() else 2
    recipe.fit(data, schedule, checkpoint=checkpoint, verbose=0 if quiet else progress, **settings)
    recipe.save(directory, overwrite=overwrite or resume)
    write_run(run.completed(recipe, used), directory / RUN_FILE)
    # Removed last, so that a process that is killed while it saves can be resumed.
    checkpoint.remove()
    if data.test is not None:
        show(recipe.evaluate(data.test))
    if not quiet or run.out is None:
        show(f"Written to {directory}")


def _holds_something(directory: Path) -> bool:
    return directory.exists() and not (directory.is_dir() and is_empty(directory))


def _checkpoint(directory: Path) -> Path:
    directory = with_own_name(directory)
    beside = directory.with_name(f"{directory.name}.checkpoint")
    # Outside of an empty directory that exists, which may be a mount point, nothing may last.
    inside = directory / f"{STAGED_PREFIX}checkpoint"
    is_filled = inside.exists() or (directory.is_dir() and is_empty(directory))
    return inside if is_filled and not beside.exists() else beside


def _schedule(run: Run, recipe: Recipe) -> tuple[Any, DefaultSchedule | Schedule | list[Phase]]:
    """Return the schedule for `Recipe.fit`, and the one for the run file."""
    chosen = run.schedule
    if not isinstance(chosen, DefaultSchedule):
        return chosen, chosen
    if run.target is not None and chosen.settings:
        raise chosen.place.error(
            "An adaptation has a schedule of its own, without settings: name a schedule as well. "
            f"Received: {', '.join(f'{name}={value!r}' for name, value in chosen.settings.items())}"
        )
    if chosen.settings:
        replaced = chosen.resolved(recipe)
        return replaced, replaced
    return "auto", chosen if run.target is not None else chosen.resolved(recipe)
