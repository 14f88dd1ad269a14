"""Put metadata into a `.tflite` file."""

import io
import zipfile

from kerastl.artifacts.exportable import Exportable
from kerastl.artifacts.litert.runner import UNREAD_INPUT
from kerastl.artifacts.metadata.contents import describe_model, make_files, reads_as_bert
from kerastl.artifacts.metadata.flat_tables import write_root
from kerastl.artifacts.metadata.metadata_graph import MetadataGraph
from kerastl.artifacts.metadata.schema import IDENTIFIER, MODEL, NAME

# A file does not change with the day on which it is made.
_DATE = (1980, 1, 1, 0, 0, 0)


def with_metadata(content: bytes, exportable: Exportable) -> bytes:
    """Add labels, normalization, descriptions and a text's vocabulary to a `.tflite` file.

    The description is a buffer of the flatbuffer, the files are in a zip archive behind its end:
    the form that MediaPipe Tasks reads. `zipfile` opens the file as an archive.

    MediaPipe feeds three inputs to a BERT and refuses a file with two. A file of a lowercase
    WordPiece model therefore gets a third one, `segment_ids`, which no operator reads.

    Args:
        content: The file, with every weight inside the flatbuffer.
        exportable: The model that it was made from.

    Returns:
        The file with metadata.

    Raises:
        ValueError: If the file has metadata already.

    Example:

    ```python
    content = with_metadata(Path("model.tflite").read_bytes(), exportable)
    read_metadata(content).labels  # ["glass", "metal"]
    ```
    """
    graph = MetadataGraph(content)
    if graph.has_metadata(NAME):
        raise ValueError(
            f"This file has metadata already. Received: {len(content)} bytes with {NAME!r}"
        )
    if reads_as_bert(exportable):
        graph.add_unread_input(UNREAD_INPUT, like="token_ids")
    values = describe_model(exportable, graph.inputs(), graph.outputs())
    graph.add_metadata(NAME, write_root(MODEL, values, IDENTIFIER))
    packed = io.BytesIO()
    packed.write(graph.to_bytes())
    # MediaPipe maps the files as they lie there: they must not be compressed.
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_STORED) as archive:
        for name, data in make_files(exportable).items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), data)
    return packed.getvalue()
