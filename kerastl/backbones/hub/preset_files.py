"""Check that a preset directory of keras-hub has what turns raw input into the network's input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerastl.basics.files.damaged import reading
from kerastl.basics.files.json_fields import read_field
from kerastl.basics.files.json_file import read_json
from kerastl.basics.model_files.config import check_config
from kerastl.basics.model_files.stored_size import check_stored_size

# What keras-hub makes backbones, tokenizers and image converters from.
_CONFIGS = ("config.json", "tokenizer.json", "image_converter.json", "preprocessor.json")


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
    """Check the classes that the files of a local preset name, and the sizes that they declare.

    Args:
        folder: The directory. One of Hugging Face transformers names no classes.

    Returns:
        Size of the directory's files in bytes.

    Raises:
        DamagedFileError: If a file is damaged.
        RefusedModelError: If a file names something else than parts of Keras and keras-hub, or
            declares more than it stores.
    """
    from safetensors import safe_open

    for name in _CONFIGS:
        if (folder / name).is_file():
            config = read_config(folder / name)
            # In a directory of transformers, the names are not of Keras.
            if "class_name" in config:
                check_config(config, str(folder / name), raw_inputs=True)
    for weights in sorted(folder.glob("*.h5")):
        check_stored_size(weights)
    for weights in sorted(folder.glob("*.safetensors")):
        with reading(weights), safe_open(weights, "numpy") as opened:
            opened.keys()
    return check_stored_size(folder)
