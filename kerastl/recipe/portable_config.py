"""Remove the folders of this machine from the configuration of a recipe that is saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_PLACES = ("name", "weights")


def portable_config(config: dict[str, Any]) -> dict[str, Any]:
    """Return a recipe's configuration without absolute paths.

    A saved recipe is given to others, and the folders of a path often name a user or a project.
    The weights are in the recipe. Their path is needed only to build the backbone again.

    Args:
        config: What `Recipe.get_config` returned.

    Returns:
        The configuration. A name, weights or an option of the backbone that was an absolute path
        is the path of a file of that name in the working directory: a bare name could be that of
        other weights, which Keras would download.

    Example:

    >>> config = {"backbone": {"name": "bert", "weights": "/home/ada/minilm", "options": {}}}
    >>> portable_config(config)["backbone"]["weights"]
    './minilm'
    """
    backbone = dict(config["backbone"])
    for place in _PLACES:
        backbone[place] = _without_folders(backbone[place])
    if "options" in backbone:
        options = backbone["options"]
        backbone["options"] = {name: _without_folders(value) for name, value in options.items()}
    return {**config, "backbone": backbone}


def _without_folders(value: Any) -> Any:
    if not isinstance(value, str) or not Path(value).is_absolute():
        return value
    return f"./{Path(value).name}"
