"""The tasks by name, each loaded when it is asked for."""

import importlib

from adaptation.task import Task

TASKS = (
    "photos",
    "photos_fine_tuned",
    "movies_to_products",
    "sentences",
    "sentences_fine_tuned",
    "counts",
    "amazon",
    "digits",
    "no_help",
)
"""Modules of this folder that have a `TASK`."""


def load(name: str) -> Task:
    """Return a task."""
    return importlib.import_module(f"adaptation.{name}").TASK
