"""Metadata inside a `.tflite` file: labels, normalization, vocabulary."""

from kerastl.artifacts.metadata.packing import with_metadata
from kerastl.artifacts.metadata.reading import Metadata, read_metadata

__all__ = ["Metadata", "read_metadata", "with_metadata"]
