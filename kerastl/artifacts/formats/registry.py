"""The table of export formats."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerastl.artifacts.formats.format import Format

# By name, in the order of the report: module and class. They are imported on use, so that the
# command line can list the names at once.
FORMATS = {
    "saved_model": ("kerastl.artifacts.formats.saved_model", "SavedModelFormat"),
    "tflite": ("kerastl.artifacts.formats.litert", "LiteRTFormat"),
    "onnx": ("kerastl.artifacts.formats.onnx", "OnnxFormat"),
}
DEFAULT_FORMATS = ("saved_model", "tflite")


def export_format(name: str) -> Format:
    """Return the format of a name in `FORMATS`."""
    module, made = FORMATS[name]
    return getattr(importlib.import_module(module), made)()
