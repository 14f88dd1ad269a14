"""Check that a preset directory of keras-hub has what turns raw input into the network's input."""

from __future__ import annotations

import json
from pathlib import Path, PurePath
from typing import Any

from kerastl.basics.model_files.config import check_config
from kerastl.basics.model_files.errors import RefusedModelError
from kerastl.basics.model_files.stored_size import check_stored_size

# What keras-hub makes backbones, tokenizers and image converters from.
_CONFIGS = ("config.json", "tokenizer.json", "image_converter.json", "preprocessor.json")
# Which file holds which weights, in presets of Keras and of transformers.
_MAPS = (".weights.json", ".safetensors.index.json")


def check_preset_files(folder: Path, scaling_known: bool) -> None:
    """Raise an error for a preset directory that `backbone.save_to_preset` alone wrote.

    Args:
        folder: The directory. One of Hugging Face transformers is not checked.
        scaling_known: Whether `preprocessing` was given.

    Raises:
        ValueError: If an image preset has no pixel scaling and none was given, or a text preset
            has no tokenizer.
    """
    described = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if "registered_name" not in described:
        return
    is_image = "image_shape" in described.get("config", {})
    if is_image and not scaling_known and not (folder / "image_converter.json").is_file():
        raise ValueError(
            "The preset has no image_converter.json, so its pixel scaling is unknown, and a wrong "
            "one raises no error. Pass preprocessing='tf' (to -1..1), 'torch', 'caffe', a "
            "PixelScaling layer, or 'none' if the network takes 0..255 unscaled. Or save the "
            "converter too: image_converter.save_to_preset(directory). "
            f"Received: {str(folder)!r}"
        )
    if not is_image and not (folder / "tokenizer.json").is_file():
        raise ValueError(
            "The preset has no tokenizer.json, so texts cannot be turned into token ids: save the "
            f"tokenizer too, tokenizer.save_to_preset(directory). Received: {str(folder)!r}"
        )


def check_preset_content(folder: Path) -> int:
    """Check the classes and files that the files of a local preset name, and their sizes.

    Args:
        folder: The directory. One of Hugging Face transformers names no classes.

    Returns:
        Size of the directory's files in bytes.

    Raises:
        RefusedModelError: If a file names something else than parts of Keras and keras-hub, or
            weights outside the directory, or declares more than it stores.
    """
    described = _read(folder / "config.json")
    # By the same key as keras-hub: without it, it makes no Keras objects from the files.
    if isinstance(described, dict) and "registered_name" in described:
        for name in _CONFIGS:
            if (folder / name).is_file():
                check_config(_read(folder / name), str(folder / name), raw_inputs=True)
    for file in sorted(folder.rglob("*")):
        if file.name.endswith(_MAPS):
            _check_map(_read(file), file)
        elif file.is_file():
            # Of any name, since a map chooses which files hold weights.
            check_stored_size(file)
    return check_stored_size(folder)


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise RefusedModelError(f"The file is damaged: {error}. Received: {str(file)!r}") from error


def _check_map(described: Any, file: Path) -> None:
    """Check that the weights of a preset in several files are inside its directory."""
    named = described.get("weight_map") if isinstance(described, dict) else None
    for names in named.values() if isinstance(named, dict) else ():
        for name in names if isinstance(names, list) else [names]:
            path = PurePath(str(name))
            if path.anchor or ".." in path.parts:
                raise RefusedModelError(
                    "The weights of a preset must be inside its directory. "
                    f"Received: {name!r} in {str(file)!r}"
                )
