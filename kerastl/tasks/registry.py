"""The recipe class of a task, by name."""

import importlib

from kerastl.basics.suggest import unknown_name
from kerastl.recipe.recipe import Recipe
from kerastl.tasks import TASKS


def find_task(name: str) -> type[Recipe]:
    """Return the recipe class of a task.

    Args:
        name: Such as `"image_classification"`.

    Returns:
        The class.

    Raises:
        ValueError: If there is no such task.
    """
    if name not in TASKS:
        raise unknown_name("task", name, TASKS)
    module, _, attribute = TASKS[name].partition(":")
    found: type[Recipe] = getattr(importlib.import_module(module), attribute)
    return found
