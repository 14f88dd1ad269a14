"""Check that a preset directory of keras-hub has what turns raw input into the network's input."""

from __future__ import annotations

import json
from pathlib import Path

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
    """Check the classes that the files of a local preset name, and the sizes that they declare.

    Args:
        folder: The directory. One of Hugging Face transformers names no classes.

    Returns:
        Size of the directory's files in bytes.

    Raises:
        RefusedModelError: If a file names something else than parts of Keras and keras-hub, or
            declares more than it stores.
    """
    for name in _CONFIGS:
        if (folder / name).is_file():
            config = json.loads((folder / name).read_text(encoding="utf-8"))
            # In a directory of transformers, the names are not of Keras.
            if "class_name" in config:
                check_config(config, str(folder / name), raw_inputs=True)
    for weights in folder.glob("*.h5"):
        check_stored_size(weights)
    return check_stored_size(folder)
