"""Check that a preset directory of keras-hub has what turns raw input into the network's input."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Any

from kerastl.basics.files.damaged import reading
from kerastl.basics.files.json_fields import read_field
from kerastl.basics.files.json_file import read_json
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
    described = read_config(folder / "config.json")
    if "registered_name" not in described:
        return
    with reading(folder / "config.json"):
        is_image = "image_shape" in read_field(described, "config", dict)
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


def read_config(file: Path) -> dict[str, Any]:
    """Read a configuration in JSON, such as `config.json` of a preset.

    Raises:
        DamagedFileError: If it is not a JSON object.
        OSError: If it cannot be read.
    """
    with reading(file):
        config = read_json(file)
        if not isinstance(config, dict):
            raise ValueError("it must hold an object")
        return config


def check_preset_content(folder: Path) -> int:
    """Check the classes and files that the files of a local preset name, and their sizes.

    Args:
        folder: The directory. One of Hugging Face transformers names no classes.

    Returns:
        Size of the directory's files in bytes.

    Raises:
        DamagedFileError: If a file is damaged.
        RefusedModelError: If a file names something else than parts of Keras and keras-hub, or
            weights outside the directory, or declares more than it stores.
    """
    from safetensors import safe_open

    # By the same key as keras-hub: without it, it makes no Keras objects from the files.
    if "registered_name" in read_config(folder / "config.json"):
        for name in _CONFIGS:
            if (folder / name).is_file():
                check_config(read_config(folder / name), str(folder / name), raw_inputs=True)
    for file in sorted(folder.rglob("*")):
        if file.name.endswith(_MAPS):
            _check_map(read_config(file), file)
        elif file.suffix == ".safetensors":
            with reading(file), safe_open(file, "numpy") as opened:
                opened.keys()
        elif file.is_file():
            # Of any name, since a map chooses which files hold weights.
            check_stored_size(file)
    return check_stored_size(folder)


def _check_map(described: dict[str, Any], file: Path) -> None:
    """Check that the weights of a preset in several files are inside its directory."""
    named = described.get("weight_map")
    for names in named.values() if isinstance(named, dict) else ():
        for name in names if isinstance(names, list) else [names]:
            path = PurePath(str(name))
            if path.anchor or ".." in path.parts:
                raise RefusedModelError(
                    "The weights of a preset must be inside its directory. "
                    f"Received: {name!r} in {str(file)!r}"
                )
