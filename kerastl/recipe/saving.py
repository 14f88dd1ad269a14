"""Save a trained recipe to a directory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.basics.files.json_file import write_json
from kerastl.basics.files.staging import whole_or_nothing
from kerastl.basics.files.target_directory import check_target
from kerastl.basics.installed_versions import installed_versions
from kerastl.basics.keras_models.loadable import loadable_config
from kerastl.recipe.portable_config import portable_config
from kerastl.recipe.quantizing.quantized_weights import save_quantized_weights
from kerastl.recipe.unknown.saved_rule import save_unknown_rule

if TYPE_CHECKING:
    from kerastl.recipe.contract import RecipeContract

FORMAT = 1
"""Version of the layout; a newer version cannot be loaded."""
MODEL_FILE, RECIPE_FILE, LABELS_FILE = "model.keras", "recipe.json", "labels.txt"


def save_recipe(
    recipe: RecipeContract,
    directory: Path,
    overwrite: bool,
    write_more: Callable[[Path], None] | None = None,
) -> Path:
    """Save a recipe.

    Args:
        recipe: A recipe with a model.
        directory: As for `Recipe.save`.
        overwrite: As for `Recipe.save`.
        write_more: Writes further files into the folder that it is given, which appear together
            with those of the recipe. Defaults to None.

    Returns:
        The directory.
    """
    import keras

    model = recipe.model
    check_target(directory, overwrite, marker=RECIPE_FILE, what="saved recipe")
    loadable_config(lambda: keras.saving.serialize_keras_object(model), "The model")
    described = _describe(recipe)
    with whole_or_nothing(directory, RECIPE_FILE) as staged:
        model.save(staged / MODEL_FILE)
        write_json(staged / RECIPE_FILE, described)
        (staged / LABELS_FILE).write_text(
            "".join(f"{name}\n" for name in recipe.class_names), encoding="utf-8"
        )
        save_quantized_weights(recipe.quantized_weights, staged)
        save_unknown_rule(recipe.unknown_rule, staged)
        recipe.save_assets(staged)
        if write_more is not None:
            write_more(staged)
    return directory


def _describe(recipe: RecipeContract) -> dict[str, Any]:
    history = recipe.history
    return {
        "format": FORMAT,
        "task": recipe.task,
        "class_names": list(recipe.class_names),
        "config": portable_config(loadable_config(recipe.get_config, "The recipe's configuration")),
        "seed": recipe.seed,
        "training": None if history is None else history.get_config(),
        "quantized_bits": sorted(recipe.quantized_weights),
        "refitted_on": recipe.refitted_on and recipe.refitted_on.get_config(),
        "unknown": recipe.unknown_rule and recipe.unknown_rule.get_config(),
        "versions": installed_versions(),
    }
