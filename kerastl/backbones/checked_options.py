"""Refuse options that neither a class nor the builder of its backbone has."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kerastl.backbones.applications import APPLICATIONS
from kerastl.backbones.backbone import Backbone
from kerastl.backbones.default_names import TEXT_BACKBONE
from kerastl.backbones.hub.family import FAMILIES
from kerastl.backbones.hub.minilm import FAMILY
from kerastl.backbones.hub.preset_files import read_config
from kerastl.basics.suggest import nearest, unknown_option

_NOT_OPTIONS = ("self", "model", "kwargs", "dtype")
_OF_TOKENIZER = ("vocabulary", "merges", "proto", "lowercase")


# Where the builder's options are not known, only what is clearly misspelt is refused.
_CLEARLY = 0.8


def check_options(
    owner: str, options: Iterable[str], backbone: Any, given: Mapping[str, Any]
) -> None:
    """Refuse an option that neither a class nor the builder of its backbone has.

    Args:
        owner: Name of the class.
        options: Names of the class's own options.
        backbone: What was given as the backbone, as for `kerastl.backbone`.
        given: Options by name.

    Raises:
        ValueError: If an option is refused. The error names the nearest one that is accepted.
    """
    own = tuple(options)
    # The builder of a keras-hub backbone is imported only for options of its own.
    left = [name for name in given if name not in own and name != "weights"]
    if not left:
        return
    of_builder = builder_options(backbone)
    for name in left:
        if of_builder is None:
            if nearest(name, own, _CLEARLY):
                raise unknown_option(owner, name, given[name], own)
        elif name not in of_builder:
            raise unknown_option(owner, name, given[name], {*own, *of_builder})


def builder_options(source: Any) -> frozenset[str] | None:
    """Return the names of the options that `kerastl.backbone` takes for a source.

    Nothing is downloaded.

    Args:
        source: As for `kerastl.backbone`.

    Returns:
        The names, `"weights"` among them; None where they are not known before a download, and
        for a `Backbone`, which has its options already.

    Example:

    >>> "alpha" in builder_options("mobilenet_v2")
    True
    """
    if isinstance(source, Backbone):
        return None
    if not isinstance(source, str | os.PathLike):
        return _of_custom()
    name = FAMILY if source == TEXT_BACKBONE else os.fspath(source)
    if name in APPLICATIONS:
        return APPLICATIONS[name].options() | {"weights"}
    if name in FAMILIES:
        of_architecture = _of_hub(FAMILIES[name].backbone) or frozenset()
        return of_architecture | {*_OF_TOKENIZER, "vocabulary_size", "weights"}
    path = Path(name).expanduser()
    if (path / "config.json").is_file():
        described = read_config(path / "config.json")
        return _of_hub(str(described.get("registered_name", "")).rpartition(">")[2])
    return _of_custom() if path.exists() else None


def _of_custom() -> frozenset[str]:
    from kerastl.backbones.custom import CustomBackbone

    return frozenset(_parameters(CustomBackbone))


def _of_hub(class_name: str) -> frozenset[str] | None:
    import keras_hub

    found = getattr(keras_hub.models, class_name, None)
    if found is None:
        return None
    options = frozenset(_parameters(found))
    return options | {"preprocessing"} if "image_shape" in options else options


def _parameters(builder: Any) -> Iterator[str]:
    for name in inspect.signature(builder.__init__).parameters:
        if name not in _NOT_OPTIONS:
            yield name
