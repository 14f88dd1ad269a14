"""Pre-trained networks, each divided into ordered, named stages.

Nothing here loads Keras before a backbone is built or its layers are asked for.
"""

import importlib
from typing import TYPE_CHECKING, Any

# Not lazy: the function would otherwise be hidden by the module of the same name.
from kerastl.backbones.registry import backbone, names

if TYPE_CHECKING:
    from kerastl.backbones.backbone import Backbone
    from kerastl.backbones.hub.packing import TokenPacker
    from kerastl.backbones.preprocessing import PixelScaling
    from kerastl.backbones.stage import Stage

_OBJECTS = {
    "Backbone": "kerastl.backbones.backbone",
    "PixelScaling": "kerastl.backbones.preprocessing",
    "Stage": "kerastl.backbones.stage",
    "TokenPacker": "kerastl.backbones.hub.packing",
}

__all__ = ["Backbone", "PixelScaling", "Stage", "TokenPacker", "backbone", "names"]


def __getattr__(name: str) -> Any:
    if name in _OBJECTS:
        return getattr(importlib.import_module(_OBJECTS[name]), name)
    raise AttributeError(f"module 'kerastl.backbones' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
