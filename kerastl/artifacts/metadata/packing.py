"""Add metadata to a `.tflite` file."""

import io
import zipfile

from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.litert.runner import UNREAD_INPUT
from kerastl.artifacts.metadata.contents import describe_model, make_files, reads_as_bert
from kerastl.artifacts.metadata.flat_tables import write_root
from kerastl.artifacts.metadata.metadata_graph import MetadataGraph
from kerastl.artifacts.metadata.schema import IDENTIFIER, MODEL, NAME

# A fixed date, so that equal models give equal files.
_DATE = (1980, 1, 1, 0, 0, 0)


def with_metadata(content: bytes, exportable: Exportable) -> bytes:
    """Add labels, normalization, descriptions and a text's vocabulary to a `.tflite` file.

    The description is a buffer of the flatbuffer, and the files are in a zip archive after its
    end, as MediaPipe Tasks expects. `zipfile` opens the file as an archive.

    MediaPipe feeds three inputs to a BERT and refuses a file with two. A file of a lowercase
    WordPiece model therefore gets a third one, `segment_ids`, which no operator reads.

    Args:
        content: The file, with every weight inside the flatbuffer.
        exportable: The model that it was made from.

    Returns:
        The file with metadata.

    Raises:
        ValueError: If the file already has metadata.

    Example:

    ```python
    content = with_metadata(Path("model.tflite").read_bytes(), exportable)
    read_metadata(content).labels  # ["glass", "metal"]
    ```
    """
    graph = MetadataGraph(content)
    if graph.has_metadata(NAME):
        raise ValueError(
            f"This file already has metadata: give a file without it. "
            f"Received: {len(content)} bytes with {NAME!r}"
        )
    if reads_as_bert(exportable):
        graph.add_unread_input(UNREAD_INPUT, like="token_ids")
    values = describe_model(exportable, graph.inputs(), graph.outputs())
    graph.add_metadata(NAME, write_root(MODEL, values, IDENTIFIER))
    packed = io.BytesIO()
    packed.write(graph.to_bytes())
    # MediaPipe maps the files into memory: they must not be compressed.
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_STORED) as archive:
        for name, data in make_files(exportable).items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), data)
    return packed.getvalue()
