"""Check a SavedModel of someone else, and load only what was checked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from kerastl.backbones.foreign_graph.graph_check import check_graph
from kerastl.backbones.foreign_graph.parsed_message import parsed_message
from kerastl.backbones.foreign_graph.without_saver import RESTORE, SAVER_OPERATIONS, remove_saver
from kerastl.basics.files.damaged import reading
from kerastl.basics.files.scratch import scratch_folder
from kerastl.basics.model_files.errors import RefusedModelError

# Weights are stored beside the graph, so a large graph is a frozen one.
_MOST_BYTES = 2**30
_ASSETS = "saved_model_assets"
# Classes of TensorFlow that a SavedModel may name; others are registered by other packages.
_CLASSES = ("", "tf.StaticHashTable", "tf.TrackableConstant")


@contextmanager
def checked_saved_model(path: Path) -> Iterator[Path]:
    """Check a SavedModel before TensorFlow reads it.

    Loading a SavedModel runs parts of its graph, such as the initializers of resources. The copy
    that this context manager makes holds the graph that was checked, without its nodes that save
    checkpoints, and links to the weights. Assets, the text form `saved_model.pbtxt` and all other
    files are left out.

    Args:
        path: The directory that holds `saved_model.pb`.

    Yields:
        A temporary directory to load from.

    Raises:
        ValueError: If the graph or a function in it may do more than compute, if a file is not a
            regular one, or if `saved_model.pb` is damaged or larger than 1 GiB.

    Example:

    ```python
    with checked_saved_model(Path("model")) as checked:
        loaded = tf.saved_model.load(str(checked))
    ```
    """
    content = read_graph_file(path / "saved_model.pb", _MOST_BYTES)
    with reading(path / "saved_model.pb"):
        checked = _checked(content, repr(str(path)))
    with scratch_folder() as folder:
        # A name without a suffix, by which Keras would choose another format.
        copy = folder / "model"
        (copy / "variables").mkdir(parents=True)
        (copy / "saved_model.pb").write_bytes(checked)
        metadata = path / "keras_metadata.pb"
        if metadata.exists():
            (copy / metadata.name).write_bytes(read_graph_file(metadata, _MOST_BYTES))
        for file in sorted((path / "variables").glob("variables.*")):
            _check_regular(file)
            os.symlink(file.resolve(), copy / "variables" / file.name)
        yield copy


def read_graph_file(file: Path, most: int) -> bytes:
    """Read a regular file of at most `most` bytes.

    Args:
        file: The file.
        most: Its largest size in bytes.

    Raises:
        ValueError: If it is missing, larger, or not a regular file.
    """
    _check_regular(file)
    with file.open("rb") as opened:
        content = opened.read(most + 1) if file.stat().st_size <= most else None
    if content is None or len(content) > most:
        raise RefusedModelError(
            f"A file of a SavedModel may have at most {most} bytes. Received: {str(file)!r}"
        )
    return content


def _check_regular(file: Path) -> None:
    if not file.is_file():
        raise RefusedModelError(
            "A SavedModel must have this file, and it must be a regular file. "
            f"Received: {str(file)!r}"
        )


def _checked(content: bytes, place: str) -> bytes:
    """Return the content of `saved_model.pb` without its saver."""
    from tensorflow.core.protobuf import saved_model_pb2

    saved_model = parsed_message(saved_model_pb2.SavedModel, content, place)
    for meta_graph in saved_model.meta_graphs:
        # In two steps, so that what is removed with the saver is checked as well.
        check_graph(meta_graph.graph_def, place, state=True, also=SAVER_OPERATIONS)
        remove_saver(meta_graph, place)
        is_first_version = not meta_graph.HasField("object_graph_def")
        kept = frozenset({RESTORE} if is_first_version else ())
        check_graph(meta_graph.graph_def, place, state=True, also=kept)
        _check_objects(meta_graph, place)
        _check_assets(meta_graph, place)
    if len(saved_model.meta_graphs) != 1:
        raise RefusedModelError(
            "A SavedModel must hold one graph; save it again for inference alone. "
            f"Received: {len(saved_model.meta_graphs)} graphs in {place}"
        )
    return bytes(saved_model.SerializeToString())


def _check_objects(meta_graph: Any, place: str) -> None:
    for node in meta_graph.object_graph_def.nodes:
        if node.registered_name not in _CLASSES or node.registered_saver:
            raise RefusedModelError(
                "The SavedModel has an object of a class that another package registers, and is "
                f"not loaded. Received: {node.registered_name or node.registered_saver!r} "
                f"in {place}"
            )


def _check_assets(meta_graph: Any, place: str) -> None:
    from tensorflow.core.protobuf import meta_graph_pb2

    assets = [*meta_graph.asset_file_def]
    if _ASSETS in meta_graph.collection_def:
        for packed in meta_graph.collection_def[_ASSETS].any_list.value:
            asset = meta_graph_pb2.AssetFileDef()
            packed.Unpack(asset)
            assets.append(asset)
    for asset in assets:
        for name in (PurePosixPath(asset.filename), PureWindowsPath(asset.filename)):
            if name.anchor or ".." in name.parts:
                raise RefusedModelError(
                    "An asset of the SavedModel is outside its directory. "
                    f"Received: {asset.filename!r} in {place}"
                )
