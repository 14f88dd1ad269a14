"""Read the metadata of a `.tflite` file."""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from ai_edge_litert import schema_py_generated as schema

from kerastl.artifacts.metadata.contents import DESCRIPTION, LABELS
from kerastl.artifacts.metadata.flat_tables import read_root
from kerastl.artifacts.metadata.schema import IDENTIFIER, MODEL, NAME
from kerastl.basics.files.damaged import reading
from kerastl.basics.files.json_file import parse_json
from kerastl.basics.files.zip_members import read_members

_SOURCE, _REMEDY = "the .tflite file", "Export the file again"


@dataclass(frozen=True)
class Metadata:
    """The metadata of a `.tflite` file.

    Attributes:
        model: Values of the schema's `ModelMetadata`, by field name.
        files: The content of each associated file, by name.
        source: Name of the `.tflite` file in errors.
    """

    model: dict[str, Any]
    files: dict[str, bytes]
    source: str = _SOURCE

    @property
    def labels(self) -> list[str]:
        """Class names in the order of the scores."""
        with reading(self.source, _REMEDY):
            return self.files[LABELS].decode().removesuffix("\n").split("\n")

    @property
    def description(self) -> dict[str, Any]:
        """The content of `kerastl.json`: task, labels, preprocessing and versions."""
        with reading(self.source, _REMEDY):
            described = parse_json(self.files[DESCRIPTION])
            if not isinstance(described, dict):
                raise ValueError(f"{DESCRIPTION} must hold an object")
            return described


def read_metadata(content: bytes, source: str = _SOURCE) -> Metadata:
    """Read the TFLite metadata of a file, written by kerastl or by another program.

    Args:
        content: The content of a `.tflite` file.
        source: Name of the file in errors. Defaults to `"the .tflite file"`.

    Returns:
        The description and the associated files.

    Raises:
        DamagedFileError: If the file is damaged.
        ValueError: If there is no metadata, or it declares more than the file can hold.

    Example:

    ```python
    read_metadata(bundle.path("tflite/int8").read_bytes()).labels
    ```
    """
    with reading(source, _REMEDY):
        buffer = find_metadata(content)
    if buffer is None or buffer[4:8] != IDENTIFIER:
        raise ValueError(
            "This file holds no TFLite metadata: give a file that kerastl exported. "
            f"Received: {len(content)} bytes that begin with {content[:8]!r}"
        )
    with reading(source, _REMEDY):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = read_members(archive, len(content))
        return Metadata(read_root(MODEL, buffer), files, source)


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
