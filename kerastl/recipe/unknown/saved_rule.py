"""The file of a saved recipe that tells unknown inputs."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.recipe.unknown.unknown_rule import UnknownRule

if TYPE_CHECKING:
    import keras

FILE = "unfamiliarity.npz"


def save_unknown_rule(rule: UnknownRule | None, directory: Path) -> None:
    """Write the arrays of a rule; its numbers are in the recipe's description.

    Args:
        rule: The rule; None writes nothing.
        directory: An existing directory.
    """
    if rule is not None:
        np.savez(directory / FILE, allow_pickle=False, **rule.arrays())


def load_unknown_rule(
    model: keras.Model, config: dict[str, Any] | None, directory: Path
) -> UnknownRule | None:
    """Read what `save_unknown_rule` wrote.

    Args:
        model: The model, whose head reads features of the same width.
        config: What `UnknownRule.get_config` returned, or None.
        directory: The directory.

    Raises:
        ValueError: If the file is missing or damaged, or does not belong to the model.
    """
    from kerastl.basics.files.array_file import open_arrays
    from kerastl.heads.unfamiliarity import head_of

    if config is None:
        return None
    path = directory / FILE
    try:
        with open_arrays(path) as stored:
            arrays = {name: stored[name] for name in stored.files}
        rule = UnknownRule.from_config(config, arrays)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"The score of unknown inputs cannot be read: {error}. Received: {os.fspath(path)!r}"
        ) from error
    width = head_of(model)[1].shape[-1]
    score = rule.unfamiliarity
    if not len(score.centre) == len(score.directions) == width:
        raise ValueError(
            "The score of unknown inputs is not that of this model, whose head reads "
            f"{width} features. Received: {os.fspath(path)!r}"
        )
    return rule
