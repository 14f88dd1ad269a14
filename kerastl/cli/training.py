"""Train the recipe of a run, save it and measure it."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.basics.files.claimed_folder import STAGED_PREFIX
from kerastl.basics.files.recovery import recover
from kerastl.basics.files.target_directory import check_target, is_empty, with_own_name
from kerastl.basics.printer import show
from kerastl.cli.ending.interrupted import Interrupted, command, identity
from kerastl.cli.run_file.default_schedule import DefaultSchedule
from kerastl.cli.run_file.run import RUN_FILE, Run, write_run
from kerastl.recipe.runs.run_folder import evaluated, write_report
from kerastl.recipe.saving import RECIPE_FILE, save_recipe
from kerastl.seeing.report.files import PAGE

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
        RuntimeError: If another run is writing it.
    """
    from kerastl.training.checkpoint.checkpoint import Checkpoint

    recover(directory)
    unfinished = _checkpoint(directory)
    Checkpoint(unfinished, resume=True).check_free()
    is_run = (directory / RUN_FILE).is_file()
    # A process that is killed after it has saved the recipe leaves its state as well.
    is_unfinished = resume and unfinished.exists()
    if _holds_something(directory) and not (is_run and overwrite) and not is_unfinished:
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


def train(
    run: Run,
    *,
    overwrite: bool,
    resume: bool,
    quiet: bool,
    words: Sequence[str],
    tracker: str | None = None,
) -> None:
    """Train, save and evaluate.

    Args:
        run: Describes the training.
        overwrite: Whether an earlier run may be replaced.
        resume: Whether an unfinished run is continued.
        quiet: Whether only the evaluation is printed.
        words: The words of the command, for the advice after Ctrl-C.
        tracker: Name of the service that metrics are sent to. Defaults to None.

    Raises:
        ImportError: If the tracker's package is not installed.
        Interrupted: After Ctrl-C, with the command that goes on.
    """
    directory = run.directory
    begun, before = resume, identity(directory)
    try:
        from kerastl.cli.quiet_start import import_tensorflow
        from kerastl.training.checkpoint.checkpoint import Checkpoint

        import_tensorflow()
        recipe = run.recipe.make()
        schedule, used = _schedule(run, recipe)
        data = run.data.read_for_training(run.fit.seed)
        settings: dict[str, Any] = {"batch_size": run.fit.batch_size, "seed": run.fit.seed}
        if tracker is not None:
            settings["callbacks"] = [_tracker(tracker, run, directory)]
        if run.fit.refit is not None:
            settings["refit"] = run.fit.refit
        if run.fit.keep is not None:
            settings["keep"] = run.fit.keep
        if run.target is not None:
            settings["adapt_to"] = run.target.read(run.data)
            settings["adaptation"] = run.target.adaptation
        if not resume:
            earlier = Checkpoint(_checkpoint(directory), resume=True)
            earlier.check_free()
            earlier.remove()
        checkpoint = Checkpoint(_checkpoint(directory), resume)
        # A progress bar redraws its line, which only a terminal can show.
        verbose = 0 if quiet else "auto" if sys.stdout.isatty() else 2
        with checkpoint.hold():
            begun = True
            started = time.perf_counter()
            recipe.fit(data, schedule, checkpoint=checkpoint, verbose=verbose, **settings)
            seconds = time.perf_counter() - started
            described = run.completed(recipe, used)
            save_recipe(
                recipe,
                directory,
                overwrite or resume,
                lambda folder: write_run(described, folder / RUN_FILE, directory),
            )
            # Removed last, so that a process that is killed while it saves can be resumed.
            checkpoint.remove()
    except KeyboardInterrupt as interrupt:
        replaced = identity(directory) != before
        raise _interrupted(directory, begun, replaced, words) from interrupt
    try:
        evaluation, on = evaluated(recipe, recipe.data)
        if data.test is not None:
            show(evaluation)
        write_report(recipe, directory, evaluation, on, seconds)
        if not quiet or run.out is None:
            show(f"Written to {directory}")
            show(f"Report: {directory / PAGE}")
    except KeyboardInterrupt as interrupt:
        raise Interrupted(
            f"the trained recipe is complete in {directory}; only its evaluation is missing. "
            f"Evaluate with: {command('evaluate', str(directory))}"
        ) from interrupt


def _tracker(service: str, run: Run, directory: Path) -> Any:
    """Return a callback that sends metrics, with the settings of the run."""
    from kerastl.callbacks.tracking.tracker import Tracker

    named = with_own_name(directory)
    return Tracker(
        service,
        name=named.name,
        directory=named.with_name(f"{named.name}.tensorboard")
        if service == "tensorboard"
        else None,
        settings={
            "data": run.data.path.name,
            "task": run.recipe.task,
            "backbone": run.recipe.backbone,
            "seed": run.fit.seed,
        },
    )


def _interrupted(directory: Path, begun: bool, replaced: bool, words: Sequence[str]) -> Interrupted:
    """Return what is told after Ctrl-C in a training.

    Args:
        directory: The directory of the run.
        begun: Whether a state that exists is one of this run, not of an earlier one.
        replaced: Whether something was written to the directory.
        words: The words of the command.
    """
    from kerastl.training.checkpoint.checkpoint import Checkpoint

    place = _checkpoint(directory)
    if begun and Checkpoint(place, resume=True).exists():
        again = command(*words, *(() if "--resume" in words else ("--resume",)))
        return Interrupted(f"the state is kept in {place}. Continue with: {again}")
    if replaced and (directory / RUN_FILE).is_file():
        return Interrupted(f"the trained recipe is complete in {directory}")
    return Interrupted("nothing was written. Repeat the command to start again")


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
