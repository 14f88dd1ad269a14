"""What a resumed run must have in common with the run that was killed."""

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
    """Describe recipe, validation split and schedule as plain values.

    Args:
        recipe: Is trained.
        data: Is trained on.
        schedule: A schedule, or phases, which describe themselves.

    Returns:
        Values by name. Names of layers and places of files do not count.
    """
    config = recipe.get_config()
    augmentation = config.pop("augmentation", "none")
    is_layer = not isinstance(augmentation, str)
    scaling = getattr(recipe.backbone, "preprocessing", "its own")
    return {
        **config,
        "task": recipe.task,
        # A user's own model has a name that Keras counts up, and layers with such names.
        "backbone": "custom" if recipe.backbone.kind == "custom" else recipe.backbone.name,
        "fine-tuning rate": recipe.backbone.fine_tune_learning_rate,
        "stages": list(recipe.backbone.stage_names),
        "preprocessing": scaling if isinstance(scaling, str) else type(scaling).__name__,
        "augmentation": augmentation["class_name"] if is_layer else augmentation,
        "number of validation examples": len(data.validation or ()),
        "schedule": getattr(schedule, "get_config", dict)(),
    }
