"""Make a keras-hub backbone by the name of a family or preset."""

from pathlib import Path
from typing import Any

from kerastl.backbones.hub.backbone import HubBackbone
from kerastl.backbones.hub.family import FAMILIES
from kerastl.backbones.hub.preset_files import check_preset_files


def hub_backbone(name: str, **options: Any) -> HubBackbone:
    """Make a keras-hub backbone.

    Args:
        name: Name of a family or a preset, a directory or an address.
        **options: See `HubBackbone`; `weights` defaults to the family's own preset.

    Raises:
        ValueError: Both a preset, which has its own weights, and `weights` are given, or a preset
            directory lacks its tokenizer or pixel scaling.
    """
    preprocessing = options.pop("preprocessing", None)
    preset = options.get("weights", FAMILIES[name].preset if name in FAMILIES else name)
    if preset is not None and (Path(preset).expanduser() / "config.json").is_file():
        check_preset_files(Path(preset).expanduser(), preprocessing is not None)
    if name in FAMILIES:
        options.pop("weights", None)
        return HubBackbone(name, preset, options, preprocessing=preprocessing)
    if "weights" in options:
        raise ValueError(
            "A preset has its own weights; pass a family's name to choose others. "
            f"Known: {', '.join(FAMILIES)}. Received: {name!r} with weights={options['weights']!r}"
        )
    return HubBackbone(name, name, options, preprocessing=preprocessing)
