"""Load a saved recipe of any task."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.backbones.tensor_sizes import check_output_sizes
from kerastl.basics.arguments import check_seed
from kerastl.basics.files.damaged import ExplainedError, reading
from kerastl.basics.files.json_fields import read_field, read_list, read_optional
from kerastl.basics.files.json_file import parse_json, read_json
from kerastl.basics.files.recovery import read_whole
from kerastl.basics.files.regular_file import check_regular_files
from kerastl.basics.keras_models.keras_settings import check_keras_settings
from kerastl.basics.keras_models.precision import (
    built_in,
    check_precision,
    copy_in_precision,
    in_precision,
    precision_of,
)
from kerastl.basics.model_files.config import check_config
from kerastl.basics.model_files.stored_size import check_stored_size
from kerastl.basics.model_files.weights_limit import weights_limit
from kerastl.basics.progress import shows_progress, step
from kerastl.recipe.concluding.refitted_on import RefittedOn
from kerastl.recipe.quantizing.quantized_weights import load_quantized_weights
from kerastl.recipe.recipe import Recipe
from kerastl.recipe.saving import FORMAT, MODEL_FILE, RECIPE_FILE
from kerastl.recipe.unknown.saved_rule import load_unknown_rule
from kerastl.tasks.registry import find_task
from kerastl.tasks.saved_history import read_history
from kerastl.version import __version__

if TYPE_CHECKING:
    import keras

_REMEDY = "Save the recipe again, or copy it again"
# More tokens than any network of keras-hub reads.
_LONGEST_TEXT = 2**20


@shows_progress
def load(
    directory: str | os.PathLike[str], *, dtype: str | None = None, verbose: Any = "auto"
) -> Recipe:
    """Load a recipe that `Recipe.save` wrote.

    No code in the directory runs, and nothing is downloaded. Its files may only name layers,
    operations and functions of Keras and keras-hub that compute, and classes that are registered
    in this process. They may not declare more weights than they store.

    Args:
        directory: The saved recipe.
        dtype: Precision that the model computes in: `"float32"`, `"mixed_float16"` or
            `"mixed_bfloat16"`. Weights are float32 in all of them. Defaults to None: as the
            recipe was trained. Keras's global dtype policy does not change it.
        verbose: 0 shows no progress. Defaults to `"auto"`.

    Returns:
        The recipe, ready to predict, evaluate, export or train on.

    Raises:
        FileNotFoundError: If the directory has no saved recipe.
        OSError: If the directory is replaced again and again while it is read.
        ValueError: If a newer version wrote it, a file is damaged (`"… is damaged: …"`), it names
            something else than is allowed, the task or `dtype` is unknown, or Keras is set to
            `channels_first` or float64.

    Example:

    ```python
    recipe = kerastl.load("runs/trash")
    ```
    """
    check_keras_settings()
    if dtype is not None:
        check_precision(dtype)
    with step("Loading the model"):
        return read_whole(Path(directory), lambda folder: _read(folder, dtype))


def _read(folder: Path, dtype: str | None) -> Recipe:
    import keras

    check_regular_files(folder)
    if not (folder / RECIPE_FILE).is_file():
        raise FileNotFoundError(
            f"The directory has no saved recipe: {RECIPE_FILE} is missing. "
            f"Received: {str(folder)!r}"
        )
    described = _described(folder / RECIPE_FILE, str(folder))
    if not (folder / MODEL_FILE).is_file():
        raise FileNotFoundError(
            f"The saved recipe is not complete: {MODEL_FILE} is missing or not a regular file. "
            f"Received: {str(folder)!r}"
        )
    stored = check_stored_size(folder / MODEL_FILE)
    model_config = _model_config(folder / MODEL_FILE)
    check_config([model_config, described["config"]], str(folder))
    task = find_task(described["task"])
    with reading(folder / MODEL_FILE, _REMEDY):
        saved = precision_of(model_config)
    wanted = dtype or saved
    # The backbone's layers too, from which a model with other classes is built.
    with weights_limit(keras.Layer, stored, str(folder)):
        with reading(folder / RECIPE_FILE, _REMEDY):
            recipe = task.from_config(in_precision(described["config"], wanted))
        recipe.import_layers()
        recipe.load_assets(folder)
        with reading(folder / MODEL_FILE, _REMEDY, "Keras cannot load the model"), built_in(saved):
            model = keras.saving.load_model(folder / MODEL_FILE, compile=False, safe_mode=True)
        with reading(folder / MODEL_FILE, _REMEDY):
            check_output_sizes(model, str(folder))
        with reading(folder / RECIPE_FILE, _REMEDY):
            _check_input_size(recipe, model, str(folder))
        quantized = load_quantized_weights(model, described["quantized_bits"], folder)
        unknown = load_unknown_rule(model, described["unknown"], folder)
        if wanted != saved:
            model = copy_in_precision(model, wanted)
    recipe.adopt(model, described["class_names"])
    recipe.seed = described["seed"]
    recipe.refitted_on = described["refitted_on"]
    recipe.history = described["history"]
    recipe.quantized_weights = quantized
    recipe.unknown_rule = unknown
    return recipe


def _check_input_size(recipe: Recipe, model: keras.Model, source: str) -> None:
    """Check that raw inputs are made as large as the model takes them."""
    arguments = recipe.input_arguments()
    size, length = arguments.get("image_size"), arguments.get("sequence_length")
    taken = tuple(model.inputs[0].shape[1:3])
    if size is not None and any(a not in (None, b) for a, b in zip(taken, size, strict=True)):
        raise ExplainedError(
            "The recipe and its model were not saved together: the model takes images of "
            f"{taken}. Received: image_size={size} in {source!r}"
        )
    longest = min(recipe.backbone.max_sequence_length or _LONGEST_TEXT, _LONGEST_TEXT)
    if length is not None and length > longest:
        raise ExplainedError(
            f"The model takes texts of at most {longest} tokens. "
            f"Received: sequence_length={length} in {source!r}"
        )


def _described(file: Path, source: str) -> dict[str, Any]:
    """Read the description of a recipe."""
    with reading(file, _REMEDY):
        described = read_json(file)
        format_ = read_field(described, "format", int)
    if format_ > FORMAT:
        with reading(file, _REMEDY):
            writer = read_field(read_field(described, "versions", dict), "kerastl", str)
        raise ValueError(
            f"kerastl {writer} saved this recipe in a newer format than kerastl {__version__} "
            f"reads: install that version or a newer one. Received: {source!r}"
        )
    with reading(file, _REMEDY):
        seed = read_field(described, "seed", int)
        check_seed(seed)
        refitted_on = read_optional(described, "refitted_on", dict)
        return {
            "task": read_field(described, "task", str),
            "class_names": read_list(described, "class_names", str),
            "config": read_field(described, "config", dict),
            "seed": seed,
            "refitted_on": refitted_on and RefittedOn.from_config(refitted_on),
            # Recipes of earlier versions have none.
            "unknown": read_optional({"unknown": None, **described}, "unknown", dict),
            "quantized_bits": _bits(described.get("quantized_bits", [])),
            "history": read_history(described.get("training")),
        }


def _bits(value: Any) -> list[int]:
    if not isinstance(value, list) or not set(map(repr, value)) <= {"4", "8"}:
        raise ValueError(f"'quantized_bits' is {value!r}")
    return value


def _model_config(file: Path) -> dict[str, Any]:
    with reading(file, _REMEDY), zipfile.ZipFile(file) as archive:
        config = parse_json(archive.read("config.json"))
        # The model is not compiled.
        return {key: value for key, value in config.items() if key != "compile_config"}
