"""The table of tasks: one row for each class that kerastl trains."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerastl.backbones.default_names import IMAGE_BACKBONE, TEXT_BACKBONE
from kerastl.basics.suggest import unknown_name

if TYPE_CHECKING:
    from kerastl.data.splits.split import Modality
    from kerastl.recipe.recipe import Recipe


@dataclass(frozen=True)
class TaskEntry:
    """A task as `find_task`, `kerastl.load`, the command line and the contract suite know it.

    Args:
        name: The name in saved recipes, in run files and on the command line. Equals the
            class's `task`.
        recipe: Where the class is, as `"module:Class"`. The module is imported on first use.
        modality: Kind of input, `"image"` or `"text"`.
        readers: Names of the functions of `kerastl.data` that read files for this task. The
            command line chooses the reader by the file and by the task.
        default_backbone: The backbone that the command line takes when none is named.
    """

    name: str
    recipe: str
    modality: Modality
    readers: tuple[str, ...]
    default_backbone: str

    @property
    def recipe_class(self) -> type[Recipe]:
        """The recipe class. Reading it imports the class's module."""
        module, _, attribute = self.recipe.partition(":")
        found: type[Recipe] = getattr(importlib.import_module(module), attribute)
        return found


# Of rows with the same modality and reader, the first is what the data alone stands for.
_ROWS = (
    TaskEntry(
        "image_classification",
        "kerastl.tasks.classification.image:ImageClassification",
        "image",
        ("image_folder", "csv"),
        IMAGE_BACKBONE,
    ),
    TaskEntry(
        "text_classification",
        "kerastl.tasks.classification.text:TextClassification",
        "text",
        ("csv",),
        TEXT_BACKBONE,
    ),
    TaskEntry(
        "image_multi_label_classification",
        "kerastl.tasks.multi_label.image:ImageMultiLabelClassification",
        "image",
        ("csv_multi_label",),
        IMAGE_BACKBONE,
    ),
    TaskEntry(
        "text_multi_label_classification",
        "kerastl.tasks.multi_label.text:TextMultiLabelClassification",
        "text",
        ("csv_multi_label",),
        TEXT_BACKBONE,
    ),
    TaskEntry(
        "image_regression",
        "kerastl.tasks.regression.image:ImageRegression",
        "image",
        ("csv_numbers",),
        IMAGE_BACKBONE,
    ),
    TaskEntry(
        "text_regression",
        "kerastl.tasks.regression.text:TextRegression",
        "text",
        ("csv_numbers",),
        TEXT_BACKBONE,
    ),
    TaskEntry(
        "token_classification",
        "kerastl.tasks.token_classification.task:TokenClassification",
        "text",
        ("conll",),
        TEXT_BACKBONE,
    ),
    TaskEntry(
        "object_detection",
        "kerastl.tasks.object_detection.task:ObjectDetection",
        "image",
        ("coco", "pascal_voc"),
        IMAGE_BACKBONE,
    ),
    TaskEntry(
        "few_shot_text_classification",
        "kerastl.tasks.few_shot.task:FewShotTextClassification",
        "text",
        ("csv",),
        TEXT_BACKBONE,
    ),
)

TASKS = {row.name: row for row in _ROWS}
"""Every task by name."""


def find_entry(name: str) -> TaskEntry:
    """Return the row of a task.

    Args:
        name: Such as `"image_classification"`.

    Returns:
        The row.

    Raises:
        ValueError: If there is no such task.

    Example:

    >>> find_entry("object_detection").readers
    ('coco', 'pascal_voc')
    """
    if name not in TASKS:
        raise unknown_name("task", name, TASKS)
    return TASKS[name]


def find_task(name: str) -> type[Recipe]:
    """Return the recipe class of a task.

    Args:
        name: Such as `"image_classification"`.

    Returns:
        The class.

    Raises:
        ValueError: If there is no such task.
    """
    return find_entry(name).recipe_class


def task_for(modality: Modality, reader: str) -> TaskEntry:
    """Return the task that data stands for when no task is named: the first row that fits.

    Args:
        modality: Kind of input, `"image"` or `"text"`.
        reader: The function of `kerastl.data` that reads the data.

    Returns:
        The row.

    Raises:
        ValueError: If no task of that modality is learnt from such data.

    Example:

    >>> task_for("text", "csv").name
    'text_classification'
    """
    for row in TASKS.values():
        if row.modality == modality and reader in row.readers:
            return row
    raise ValueError(
        f"No task learns from {modality} data that kerastl.data.{reader} reads. "
        f"Received: modality={modality!r}, reader={reader!r}"
    )
