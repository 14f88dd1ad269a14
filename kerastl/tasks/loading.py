"""Load a saved recipe of any task."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

from kerastl.basics.files.regular_file import check_regular_files
from kerastl.basics.keras_settings import check_keras_settings
from kerastl.basics.precision import (
    built_in,
    check_precision,
    copy_in_precision,
    in_precision,
    precision_of,
)
from kerastl.recipe.recipe import Recipe
from kerastl.recipe.saving import FORMAT, MODEL_FILE, RECIPE_FILE
from kerastl.tasks.registry import find_task
from kerastl.version import __version__


def load(directory: str | os.PathLike[str], *, dtype: str | None = None) -> Recipe:
    """Load a recipe that `Recipe.save` wrote.

    No code in the directory runs: Keras loads the model in safe mode.

    Args:
        directory: The saved recipe.
        dtype: Precision that the model computes in: `"float32"`, `"mixed_float16"` or
            `"mixed_bfloat16"`. Weights are float32 in all of them. Defaults to None: as the
            recipe was trained. Keras's global dtype policy does not change it.

    Returns:
        The recipe, ready to predict, evaluate, export or train on.

    Raises:
        FileNotFoundError: If the directory has no saved recipe.
        ValueError: If a newer version wrote it, the task or `dtype` is unknown, a file in the
            directory is not a regular file, or Keras is set
            to `channels_first` or float64.

    Example:

    ```python
    recipe = kerastl.load("runs/trash")
    ```
    """
    import keras

    check_keras_settings()
    if dtype is not None:
        check_precision(dtype)
    folder = Path(directory)
    check_regular_files(folder)
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
    saved = precision_of(_model_config(folder / MODEL_FILE))
    wanted = dtype or saved
    # The backbone's layers too, from which a model with other classes is built.
    config = in_precision(described["config"], wanted)
    recipe = find_task(described["task"]).from_config(config)
    recipe.import_layers()
    recipe.load_assets(folder)
    with built_in(saved):
        model = keras.saving.load_model(folder / MODEL_FILE, compile=False, safe_mode=True)
    if wanted != saved:
        model = copy_in_precision(model, wanted)
    recipe.adopt(model, described["class_names"])
    recipe.seed = described["seed"]
    return recipe


def _model_config(file: Path) -> Any:
    with zipfile.ZipFile(file) as archive:
        return json.loads(archive.read("config.json"))
