"""Backbones by name, preset, path or model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from kerastl.backbones.applications import APPLICATIONS
from kerastl.backbones.backbone import Backbone
from kerastl.backbones.default_names import TEXT_BACKBONE
from kerastl.backbones.hub.family import FAMILIES
from kerastl.basics.files.regular_file import check_regular_files
from kerastl.basics.keras_models.keras_settings import check_keras_settings
from kerastl.basics.model_files.config import check_config
from kerastl.basics.suggest import unknown_name

if TYPE_CHECKING:
    import keras

_DEFAULT = cast(str, object())


def names() -> tuple[str, ...]:
    """List the names of built-in backbones; `backbone` also takes presets, paths and models.

    Example:

    >>> "mobilenet_v2" in names() and "bert" in names()
    True
    """
    return (*APPLICATIONS, *FAMILIES, TEXT_BACKBONE)


def backbone(
    source: str | os.PathLike[str] | keras.Model | Backbone,
    *,
    weights: str | os.PathLike[str] | None = _DEFAULT,
    **options: Any,
) -> Backbone:
    """Make a backbone from a name, preset, path or Keras model.

    Args:
        source: A name from `kerastl.backbones.names()`; the name of a keras-hub preset, or an
            address such as `"hf://user/model"`; a local preset directory; a `.keras` or `.h5`
            file, or a Keras 2 SavedModel; a functional `keras.Model`; or a `Backbone`, which
            is returned unchanged.
        weights: `"imagenet"`, a preset's name, directory or address, the path of a weights
            file, or None for random weights. Defaults to `"imagenet"` for keras.applications,
            to a base-size preset for keras-hub families, and to its own for a model and for
            `"minilm"`.
        **options: Options of the builder, such as `alpha=0.35` or, with `weights=None`,
            `num_layers=2`; for a model those of `CustomBackbone`, such as `stages` and
            `preprocessing`.

    Returns:
        The backbone. Nothing is downloaded until its layers are needed.

    Raises:
        ValueError: The name or an option is unknown, or Keras is set to `channels_first` or to a
            precision other than float32 and mixed precision.
        FileNotFoundError: A path does not exist.

    Example:

    >>> small = backbone("mobilenet_v2", alpha=0.35, weights=None)
    >>> small.stage_names
    ('stem', 'stage1', 'stage2', 'stage3', 'stage4', 'top')
    """
    check_keras_settings()
    if isinstance(source, Backbone):
        if options or weights is not _DEFAULT:
            raise ValueError(
                "A Backbone already has its weights and options: pass them when you make it. "
                f"Received: {source!r} with options {sorted(options)}"
            )
        return source
    if weights is not _DEFAULT:
        options["weights"] = weights if weights is None else os.fspath(weights)
    if not isinstance(source, str | os.PathLike):
        from kerastl.backbones.custom import CustomBackbone

        return CustomBackbone(source, **options)
    name = os.fspath(source)
    if name in APPLICATIONS:
        from kerastl.backbones.applications.application import ApplicationBackbone

        return ApplicationBackbone(APPLICATIONS[name], **options)
    if name == TEXT_BACKBONE:
        from kerastl.backbones.hub import minilm

        options.setdefault("weights", minilm.minilm_weights())
        name = minilm.FAMILY
    if name in FAMILIES or _is_preset(name):
        from kerastl.backbones.hub.by_name import hub_backbone

        return hub_backbone(name, **options)
    return _from_path(Path(name).expanduser(), name, options)


def backbone_from_config(config: dict[str, Any]) -> Backbone:
    """Make a backbone again from what its `get_config` returned.

    Args:
        config: JSON-able arguments; `"kind"` names the backbone's class.

    Returns:
        The backbone, with the weights that the configuration names.

    Raises:
        ValueError: `"kind"` or the network is unknown, or the configuration names something else
            than layers and functions of Keras or registered ones.

    Example:

    >>> small = backbone("mobilenet_v2", alpha=0.35, weights=None)
    >>> backbone_from_config(small.get_config())
    backbone('mobilenet_v2', weights=None, alpha=0.35)
    """
    if not isinstance(config, dict):
        raise ValueError(f"The configuration of a backbone is a dict. Received: {config!r}")
    check_config(config, "configuration of a backbone")
    rest = {key: value for key, value in config.items() if key != "kind"}
    kind = config.get("kind")
    if kind == "application":
        name = rest["name"]
        # Not by `backbone`, which would read a path or fetch an address that a file names.
        if not isinstance(name, str) or name not in APPLICATIONS:
            raise unknown_name("network of keras.applications", name, APPLICATIONS)
        from kerastl.backbones.applications.application import ApplicationBackbone

        return ApplicationBackbone(APPLICATIONS[name], weights=rest["weights"], **rest["options"])
    if kind == "hub":
        from kerastl.backbones.hub.backbone import HubBackbone

        return HubBackbone.from_config(rest)
    if kind == "custom":
        from kerastl.backbones.custom import CustomBackbone

        return CustomBackbone.from_config(rest)
    raise unknown_name("kind of backbone", kind, ("application", "hub", "custom"))


def _is_preset(name: str) -> bool:
    if "://" in name or (Path(name).expanduser() / "config.json").is_file():
        return True
    if os.sep in name or Path(name).exists():
        return False
    import keras_hub

    return name in keras_hub.models.Backbone.presets


def _from_path(path: Path, name: str, options: dict[str, Any]) -> Backbone:
    if path.exists():
        check_regular_files(path)
        from kerastl.backbones.custom import CustomBackbone
        from kerastl.backbones.keras2 import load_model_file

        return CustomBackbone(load_model_file(path), **{"name": path.stem, **options})
    if os.sep in name or path.suffix in (".h5", ".keras"):
        raise FileNotFoundError(
            f"There is no model or preset directory at this path. Received: {name!r}"
        )
    raise unknown_name("backbone", name, names())
