"""Recognise whether raw examples are images or texts."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.data.images.inspection import IMAGE_SUFFIXES
from kerastl.data.splits.split import Modality


def modality_of(examples: Sequence[Any] | np.ndarray) -> Modality:
    """Return whether examples are images or texts.

    Args:
        examples: A result of `list_examples`.

    Returns:
        `"text"` if there are strings, unless all of them are paths: they end like image files, or
        are existing files. Otherwise `"image"`.

    Example:

    >>> modality_of(["a.jpg", "b.png"]), modality_of(["a.jpg", "see b.png, it is good"])
    ('image', 'text')
    """
    if isinstance(examples, np.ndarray) or not any(isinstance(each, str) for each in examples):
        return "image"
    return "image" if all(_is_path(each) for each in examples) else "text"


def _is_path(example: Any) -> bool:
    if not isinstance(example, str):
        return isinstance(example, Path)
    if Path(example).suffix.lower() in IMAGE_SUFFIXES:
        return True
    try:
        return os.path.isfile(example)
    except ValueError:  # A NUL character.
        return False
