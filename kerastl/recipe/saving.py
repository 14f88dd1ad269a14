"""A trained recipe as a directory, and back."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.basics.description import installed_versions, write_json
from kerastl.basics.staging import check_target, whole_or_nothing
from kerastl.version import __version__

if TYPE_CHECKING:
    from kerastl.recipe.recipe import Recipe

_FORMAT = 1
_MODEL, _RECIPE, _LABELS = "model.keras", "recipe.json", "labels.txt"


def save_recipe(recipe: Recipe, directory: Path, overwrite: bool) -> Path:
    """Write what `Recipe.save` promises; see there."""
    model = recipe.model
    check_target(directory, overwrite, marker=_RECIPE, what="saved recipe")
    with whole_or_nothing(directory) as staged:
        model.save(staged / _MODEL)
        write_json(staged / _RECIPE, _describe(recipe))
        (staged / _LABELS).write_text(
            "".join(f"{name}\n" for name in recipe.class_names), encoding="utf-8"
        )
        recipe.save_assets(staged)
    return directory


def load(directory: str | os.PathLike[str]) -> Recipe:
    """Load a recipe that `Recipe.save` wrote.

    Nothing in the directory is run: Keras loads the model in safe mode.

    Args:
        directory: The saved recipe.

    Returns:
        The recipe, ready to predict, evaluate, export or train on.

    Raises:
        FileNotFoundError: If no recipe is there.
        ValueError: If it is of a newer format, or of an unknown task.

    Example:

    ```python
    recipe = kerastl.load("runs/trash")
    ```
    """
    import keras

    # Registers the layers of the head; the backbone registers its own.
    from kerastl.tasks.registry import find_task

    folder = Path(directory)
    if not _is_recipe(folder):
        raise FileNotFoundError(
            f"No saved recipe is there: {_RECIPE} is missing. Received: {os.fspath(directory)!r}"
        )
    described = json.loads((folder / _RECIPE).read_text(encoding="utf-8"))
    if described["format"] > _FORMAT:
        raise ValueError(
            f"The recipe was saved by kerastl {described['versions']['kerastl']}, this is "
            f"{__version__}: install that version or a newer one. "
            f"Received: {os.fspath(directory)!r}"
        )
    recipe = find_task(described["task"]).from_config(described["config"])
    recipe.backbone.import_layers()
    recipe.load_assets(folder)
    model = keras.saving.load_model(folder / _MODEL, compile=False, safe_mode=True)
    recipe.adopt(model, described["class_names"])
    recipe.seed = described["seed"]
    return recipe


def _is_recipe(directory: Path) -> bool:
    return (directory / _RECIPE).is_file()


def _describe(recipe: Recipe) -> dict[str, Any]:
    history = recipe.history
    training = None
    if history is not None:
        training = {"phases": history.phases, "history": history.history}
    return {
        "format": _FORMAT,
        "task": recipe.task,
        "class_names": list(recipe.class_names),
        "config": recipe.get_config(),
        "seed": recipe.seed,
        "training": training,
        "versions": installed_versions(),
    }
