"""Load a bundle to predict with one of its LiteRT files."""

from __future__ import annotations

import io
import math
import os
import zipfile
from pathlib import Path
from typing import Any

from kerastl.answering.bundle_files import BundleFiles
from kerastl.answering.bundle_model import BundleModel
from kerastl.answering.inputs.image_inputs import ImageInputs
from kerastl.answering.inputs.prepared import InputReader
from kerastl.answering.inputs.text_inputs import TextInputs, WordInputs
from kerastl.answering.inputs.word_pieces import WordPieces
from kerastl.answering.kept_files import chosen_file, default_file
from kerastl.answering.results import results_of
from kerastl.artifacts.litert.runner import LiteRTModel
from kerastl.basics.arguments import check_count
from kerastl.basics.files.damaged import ExplainedError, reading
from kerastl.basics.files.json_fields import read_field
from kerastl.basics.files.recovery import read_whole
from kerastl.basics.files.zip_members import read_members

VOCABULARY = "vocabulary.txt"
_REMEDY = "Copy the bundle again, or export it again"


def load_bundle(
    directory: str | os.PathLike[str], format: str | None = None, *, threads: int = 1
) -> BundleModel:
    """Load a bundle to predict with one of its LiteRT files.

    Neither TensorFlow nor Keras is imported, so this takes a fraction of a second. The file's
    checksum is compared with that in `SHA256SUMS`.

    Args:
        directory: A directory that `recipe.export` or `kerastl export` wrote.
        format: The file, such as `"int8"` or `"tflite/int8"`. Defaults to None: the first that was
            kept among int8, float16 and float32 for images, and among dynamic, float16 and float32
            for texts.
        threads: Threads of the interpreter. Defaults to 1.

    Returns:
        The model, with `predict` and `labels`.

    Raises:
        FileNotFoundError: If the directory is no bundle, or a file of it is missing.
        DamagedFileError: If a file is damaged, or has another checksum.
        ValueError: If the bundle was written by a later kerastl, has no such file, or has texts
            that are not tokenized with WordPiece.

    Example:

    ```python
    model = kerastl.load_bundle("out/trash")
    model.labels
    for answer in model.predict("photos/*.jpg"):
        print(answer)
    ```
    """
    check_count("threads", threads)
    return read_whole(Path(directory), lambda folder: _load(folder, format, threads))


def _load(folder: Path, format: str | None, threads: int) -> BundleModel:
    files = BundleFiles(folder)
    described = files.description
    source = folder / "kerastl.json"
    with reading(source, _REMEDY):
        results = results_of(described)
        kind = described["preprocessing"]["kind"]
        if kind not in ("image", "text"):
            raise ValueError(f"'kind' is {kind!r}")
    if format is None:
        artifact = default_file(files.report, kind)
    else:
        artifact = chosen_file(files.report, format)
    assert artifact.path is not None
    name = artifact.path.as_posix()
    content = files.read(name)
    inputs: InputReader
    with reading(source, _REMEDY):
        inputs = _reader(described, content, folder / name)
    with reading(folder / name, _REMEDY):
        model = LiteRTModel(content, threads)
    with reading(source, _REMEDY):
        threshold = _threshold(described, name)
    return BundleModel(
        folder, described["task"], results.labels, artifact, inputs, model, results, threshold
    )


def _threshold(described: dict[str, Any], name: str) -> float | None:
    """Return a file's threshold of unknown inputs; None if it has none."""
    unknown = described["tflite"][name].get("unknown")
    if unknown is None:
        return None
    threshold = read_field(unknown, "threshold", float)
    if not math.isfinite(threshold):
        raise ValueError(f"'threshold' is {threshold!r}")
    return threshold


def _reader(described: dict[str, Any], content: bytes, path: Path) -> InputReader:
    preprocessing = described["preprocessing"]
    if preprocessing["kind"] == "image":
        return ImageInputs(preprocessing)
    with reading(path, _REMEDY), zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = read_members(archive, len(content))
    if VOCABULARY not in members:
        raise ExplainedError(
            "Only WordPiece vocabularies, such as those of BERT, are read without TensorFlow: use "
            "the SavedModel of the bundle, or the recipe with `kerastl.load`. "
            f"Received: a bundle with a {preprocessing['tokenizer']}"
        )
    pieces = WordPieces(members[VOCABULARY].decode().removesuffix("\n").split("\n"), preprocessing)
    return (WordInputs if described["task"] == "token_classification" else TextInputs)(pieces)
