"""Files that run without Keras, each compared with the model before it is handed over."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerastl.artifacts.artifact import Artifact
    from kerastl.artifacts.bundle import Bundle
    from kerastl.artifacts.export import export_bundle
    from kerastl.artifacts.exportable import Exportable, RawReader
    from kerastl.artifacts.held_out import HeldOut
    from kerastl.artifacts.image_reader import ImageReader
    from kerastl.artifacts.measure import Measure
    from kerastl.artifacts.measures.classes import ClassMeasure
    from kerastl.artifacts.text_reader import TextReader

_OBJECTS = {
    "Artifact": "kerastl.artifacts.artifact",
    "Bundle": "kerastl.artifacts.bundle",
    "ClassMeasure": "kerastl.artifacts.measures.classes",
    "Exportable": "kerastl.artifacts.exportable",
    "HeldOut": "kerastl.artifacts.held_out",
    "ImageReader": "kerastl.artifacts.image_reader",
    "Measure": "kerastl.artifacts.measure",
    "RawReader": "kerastl.artifacts.exportable",
    "TextReader": "kerastl.artifacts.text_reader",
    "export_bundle": "kerastl.artifacts.export",
}

__all__ = [
    "Artifact",
    "Bundle",
    "ClassMeasure",
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
