"""Load a saved recipe of any task."""

from __future__ import annotations

import json
import os
from pathlib import Path

from kerastl.recipe.recipe import Recipe
from kerastl.recipe.saving import FORMAT, MODEL_FILE, RECIPE_FILE
from kerastl.tasks.registry import find_task
from kerastl.version import __version__


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

    folder = Path(directory)
    if not (folder / RECIPE_FILE).is_file():
        raise FileNotFoundError(
            f"No saved recipe is there: {RECIPE_FILE} is missing. Received: {os.fspath(directory)!r}"
        )
    described = json.loads((folder / RECIPE_FILE).read_text(encoding="utf-8"))
    if described["format"] > FORMAT:
        raise ValueError(
            f"The recipe was saved by kerastl {described['versions']['kerastl']}, this is "
            f"{__version__}: install that version or a newer one. "
            f"Received: {os.fspath(directory)!r}"
        )
    recipe = find_task(described["task"]).from_config(described["config"])
    recipe.import_layers()
    recipe.load_assets(folder)
    model = keras.saving.load_model(folder / MODEL_FILE, compile=False, safe_mode=True)
    recipe.adopt(model, described["class_names"])
    recipe.seed = described["seed"]
    return recipe
