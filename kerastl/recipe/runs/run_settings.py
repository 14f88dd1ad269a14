"""The settings of a recipe that must not change when a run resumes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset
    from kerastl.recipe.contract import RecipeContract
    from kerastl.training.phases.phase import Phase
    from kerastl.training.schedules.schedule import Schedule


def run_settings(
    recipe: RecipeContract, data: Dataset, schedule: Schedule | Sequence[Phase]
) -> dict[str, Any]:
    """Return the settings of recipe, validation split and schedule as plain values.

    Args:
        recipe: The recipe to train.
        data: The data set.
        schedule: A schedule or phases; phases are part of the run's key already.

    Returns:
        Values by name, without layer names and file paths.
    """
    config = recipe.get_config()
    augmentation = config.pop("augmentation", "none")
    is_layer = not isinstance(augmentation, str)
    scaling = getattr(recipe.backbone, "preprocessing", "its own")
    return {
        **config,
        "task": recipe.task,
        # Keras numbers the name of a user's own model, so that it may differ between runs.
        "backbone": "custom" if recipe.backbone.kind == "custom" else recipe.backbone.name,
        "fine-tuning rate": recipe.backbone.fine_tune_learning_rate,
        "stages": list(recipe.backbone.stage_names),
        "preprocessing": scaling if isinstance(scaling, str) else type(scaling).__name__,
        "augmentation": augmentation["class_name"] if is_layer else augmentation,
        "number of validation examples": len(data.validation or ()),
        "schedule": getattr(schedule, "get_config", dict)(),
    }
