"""The folder of a run: the trained recipe, and files that a person reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.basics.files.target_directory import check_target
from kerastl.basics.progress import step
from kerastl.recipe.saving import RECIPE_FILE, save_recipe
from kerastl.seeing.report.files import write_run_files
from kerastl.seeing.report.run import ReportedRun

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset


def check_run_folder(directory: Path) -> None:
    """Check, before training, that a run can be written to a directory.

    Args:
        directory: As for the argument `run_dir` of `Recipe.fit`.

    Raises:
        FileExistsError: If the directory has files.
        OSError: If the directory cannot be created or written to.
    """
    check_target(directory, False, marker=RECIPE_FILE, what="run")


def write_run_folder(recipe: Any, directory: Path, seconds: float) -> None:
    """Save a trained recipe, evaluate it, and write its report.

    Args:
        recipe: The recipe, whose `data` is that of the training.
        directory: The directory that `check_run_folder` has accepted.
        seconds: Seconds of the training.
    """
    save_recipe(recipe, directory, False)
    evaluation, on = evaluated(recipe, recipe.data)
    write_report(recipe, directory, evaluation, on, seconds)


def evaluated(recipe: Any, data: Dataset | None) -> tuple[Any, str]:
    """Evaluate a recipe on the test split or, if there is none, on the validation split.

    Args:
        recipe: The recipe.
        data: The data set of the training, or None.

    Returns:
        The evaluation, and what was evaluated; None and an empty string without such a split.
    """
    if data is None:
        return None, ""
    if data.test is not None:
        return recipe.evaluate(data.test), "the test split"
    if data.validation is not None:
        on = "the validation split, which also chose the weights"
        return recipe.evaluate(data.validation), on
    return None, ""


def write_report(
    recipe: Any, directory: Path, evaluation: Any, on: str, seconds: float | None = None
) -> None:
    """Write the page, the metrics, the history and the decision of a run next to its recipe.

    Args:
        recipe: The recipe, whose `data` is that of the training.
        directory: The folder of the saved recipe.
        evaluation: The evaluation, or None.
        on: What was evaluated, such as `"the test split"`.
        seconds: Seconds of the training. Defaults to None: not measured.
    """
    title = directory.resolve().name or "Run"
    run = ReportedRun(title, recipe, recipe.data, evaluation, on, seconds)
    with step("Writing the report"):
        write_run_files(run, directory)
