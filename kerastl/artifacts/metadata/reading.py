"""Read the metadata of a `.tflite` file."""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

from ai_edge_litert import schema_py_generated as schema

from kerastl.artifacts.metadata.contents import DESCRIPTION, LABELS
from kerastl.artifacts.metadata.flat_tables import read_root
from kerastl.artifacts.metadata.schema import IDENTIFIER, MODEL, NAME


@dataclass(frozen=True)
class Metadata:
    """The metadata of a `.tflite` file.

    Attributes:
        model: Values of the schema's `ModelMetadata`, by field name.
        files: The content of each associated file, by name.
    """

    model: dict[str, Any]
    files: dict[str, bytes]

    @property
    def labels(self) -> list[str]:
        """Class names in the order of the scores."""
        return self.files[LABELS].decode().removesuffix("\n").split("\n")

    @property
    def description(self) -> dict[str, Any]:
        """The content of `kerastl.json`: task, labels, preprocessing and versions."""
        return json.loads(self.files[DESCRIPTION])


def read_metadata(content: bytes) -> Metadata:
    """Read the TFLite metadata of a file, written by kerastl or by another program.

    Args:
        content: The content of a `.tflite` file.

    Returns:
        The description and the associated files.

    Raises:
        ValueError: If there is no metadata, or the associated files are larger than the file.

    Example:

    ```python
    read_metadata(bundle.path("tflite/int8").read_bytes()).labels
    ```
    """
    buffer = find_metadata(content)
    if buffer is None or buffer[4:8] != IDENTIFIER:
        raise ValueError(
            "This file holds no TFLite metadata: give a file that kerastl exported. "
            f"Received: {len(content)} bytes that begin with {content[:8]!r}"
        )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
        # Associated files are not compressed, so that programs can map them into memory.
        if unpacked > len(content):
            raise ValueError(
                "The associated files are larger than the file that holds them, and are not "
                f"unpacked. Received: {unpacked} bytes in a file of {len(content)}"
            )
        files = {name: archive.read(name) for name in archive.namelist()}
    return Metadata(read_root(MODEL, buffer), files)


def find_metadata(content: bytes) -> bytes | None:
    """Return the metadata buffer of a file, or None if it has none."""
    if content[4:8] != b"TFL3":
        return None
    model = schema.Model.GetRootAs(content)
    for number in range(model.MetadataLength()):
        entry = model.Metadata(number)
        if entry.Name() == NAME.encode():
            return model.Buffers(entry.Buffer()).DataAsNumpy().tobytes()
    return None
