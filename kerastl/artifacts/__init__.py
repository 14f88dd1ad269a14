"""Exported files that run without Keras, each compared with the model."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerastl.artifacts.bundle.artifact import Artifact
    from kerastl.artifacts.bundle.bundle import Bundle
    from kerastl.artifacts.export import export_bundle
    from kerastl.artifacts.exportable import Exportable, RawReader
    from kerastl.artifacts.held_out import HeldOut
    from kerastl.artifacts.measure import Measure
    from kerastl.artifacts.readers.image_reader import ImageReader
    from kerastl.artifacts.readers.text_reader import TextReader

_OBJECTS = {
    "Artifact": "kerastl.artifacts.bundle.artifact",
    "Bundle": "kerastl.artifacts.bundle.bundle",
    "Exportable": "kerastl.artifacts.exportable",
    "HeldOut": "kerastl.artifacts.held_out",
    "ImageReader": "kerastl.artifacts.readers.image_reader",
    "Measure": "kerastl.artifacts.measure",
    "RawReader": "kerastl.artifacts.exportable",
    "TextReader": "kerastl.artifacts.readers.text_reader",
    "export_bundle": "kerastl.artifacts.export",
}

__all__ = [
    "Artifact",
    "Bundle",
    "Exportable",
    "HeldOut",
    "ImageReader",
    "Measure",
    "RawReader",
    "TextReader",
    "export_bundle",
]


def __getattr__(name: str) -> Any:
    if name in _OBJECTS:
        return getattr(importlib.import_module(_OBJECTS[name]), name)
    raise AttributeError(f"module 'kerastl.artifacts' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
