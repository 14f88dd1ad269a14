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

    No code in the directory runs: Keras loads the model in safe mode.

    Args:
        directory: The saved recipe.

    Returns:
        The recipe, ready to predict, evaluate, export or train on.

    Raises:
        FileNotFoundError: If the directory has no saved recipe.
        ValueError: If a newer version wrote it, or the task is unknown.

    Example:

    ```python
    recipe = kerastl.load("runs/trash")
    ```
    """
    import keras

    folder = Path(directory)
    if not (folder / RECIPE_FILE).is_file():
        raise FileNotFoundError(
            f"The directory has no saved recipe: {RECIPE_FILE} is missing. "
            f"Received: {os.fspath(directory)!r}"
        )
    described = json.loads((folder / RECIPE_FILE).read_text(encoding="utf-8"))
    if described["format"] > FORMAT:
        raise ValueError(
            f"kerastl {described['versions']['kerastl']} saved this recipe in a newer format than "
            f"kerastl {__version__} reads: install that version or a newer one. "
            f"Received: {os.fspath(directory)!r}"
        )
    recipe = find_task(described["task"]).from_config(described["config"])
    recipe.import_layers()
    recipe.load_assets(folder)
    model = keras.saving.load_model(folder / MODEL_FILE, compile=False, safe_mode=True)
    recipe.adopt(model, described["class_names"])
    recipe.seed = described["seed"]
    return recipe
