"""Every reader gives a result or one error that names the damaged file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.artifacts import Artifact, Bundle
from kerastl.backbones.hub.preset_files import check_preset_content, check_preset_files
from kerastl.basics.files.damaged import DamagedFileError, ExplainedError
from kerastl.basics.files.regular_file import SpecialFileError
from kerastl.basics.model_files.errors import RefusedModelError, UnknownClassError
from kerastl.cli.run_file.document import read_document
from kerastl.search import VectorIndex
from kerastl.training.cache.entry import Header, TensorRows, UnusableEntryError, read_entry
from kerastl.training.cache.entry_writer import EntryWriter
from kerastl.training.checkpoint.checkpoint import Checkpoint
from tests.security.damages import of_bytes, of_json
from tests.security.special_files import processor_seconds

EXPLAINED = (
    *(ValueError, DamagedFileError, ExplainedError, SpecialFileError),
    *(RefusedModelError, UnknownClassError),
)
RUN = {"seed": 0}


def check(read: Callable[[], Any], file: Path, content: bytes) -> str | None:
    """Return what is wrong with the answer to a damaged file, or None."""
    file.write_bytes(content)
    try:
        with processor_seconds(20):
            read()
    except Exception as error:
        # Exactly these: a library's own errors are often subclasses of `ValueError`.
        if type(error) not in EXPLAINED:
            return f"{type(error).__name__}: {str(error)[:200]}"
        # An error about a value in data names its row, image or label.
        of_a_value = type(error) is not DamagedFileError and " Received: " in str(error)
        if file.name not in str(error) and not of_a_value:
            return f"an error that does not name the file: {str(error)[:300]}"
    return None


def assert_explained(read: Callable[[], Any], file: Path, count: int, *, is_json: bool) -> None:
    """Check every damage of a file that `read` accepts as it is."""
    valid = file.read_bytes()
    read()
    damages = list(of_bytes(valid, count))
    if is_json:
        damages += of_json(valid, 4 * count)
    found = {name: check(read, file, content) for name, content in damages}
    assert {name: problem for name, problem in found.items() if problem} == {}
    assert check(read, file, valid) is None


def report(folder: Path) -> Callable[[], Any]:
    row = Artifact("tflite/int8", Path("tflite/int8.tflite"), 9, 0.5, 1.0, 0.0, 2.0, "kept")
    bundle = Bundle(folder, "image_classification", ("a", "b"), 9, 0.5, (row,))
    (folder / "report.json").write_text(json.dumps(bundle.to_json()))
    return lambda: str(Bundle.load(folder))


def index(folder: Path) -> Callable[[], Any]:
    VectorIndex(np.eye(4), [*"abcd"]).save(folder)
    return lambda: VectorIndex.load(folder).search(np.ones(4), 2)


def checkpoint(folder: Path) -> Callable[[], Any]:
    Checkpoint(folder).save(RUN, {"weights": [np.eye(3)], "epoch": 3})
    return lambda: Checkpoint(folder, resume=True).load(RUN)


def csv(folder: Path) -> Callable[[], Any]:
    rows = "".join(f'"text {n}, long",{"ab"[n % 2]}\n' for n in range(20))
    (folder / "t.csv").write_text("text,label\n" + rows)
    return lambda: ktl.data.csv(folder / "t.csv", text="text", label="label")


def parquet(folder: Path) -> Callable[[], Any]:
    table = pa.table({"text": [f"text {n}" for n in range(20)], "label": [*"ab"] * 10})
    pq.write_table(table, folder / "t.parquet", write_page_checksum=True)
    return lambda: ktl.data.csv(folder / "t.parquet", text="text", label="label")


def images(folder: Path) -> None:
    for name in "abc":
        Image.new("RGB", (40, 30)).save(folder / f"{name}.jpg")


def coco(folder: Path) -> Callable[[], Any]:
    images(folder)
    described = {
        "images": [
            {"id": n, "file_name": f"{name}.jpg", "width": 40, "height": 30}
            for n, name in enumerate("abc")
        ],
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
        "annotations": [
            {"image_id": n, "category_id": 1 + n % 2, "bbox": [1, 2, 10, 10 + n], "iscrowd": 0}
            for n in range(3)
        ],
    }
    (folder / "coco.json").write_text(json.dumps(described))
    return lambda: str(ktl.data.coco(folder / "coco.json", folder))


def voc(folder: Path) -> Callable[[], Any]:
    for name in ("Annotations", "JPEGImages", "ImageSets/Main"):
        (folder / name).mkdir(parents=True)
    images(folder / "JPEGImages")
    for name in "abc":
        (folder / "Annotations" / f"{name}.xml").write_text(
            f"<annotation><filename>{name}.jpg</filename><size><width>40</width><height>30</height>"
            "</size><object><name>cat</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>9</xmax>"
            "<ymax>9</ymax></bndbox></object></annotation>"
        )
    (folder / "ImageSets/Main/train.txt").write_text("a\nb\nc\n")
    return lambda: str(ktl.data.pascal_voc(folder))


def conll(folder: Path) -> Callable[[], Any]:
    (folder / "t.conll").write_text("Ada B-PER\nwrote O\n\nin O\nParis B-LOC\n\n" * 4)
    return lambda: ktl.data.conll(folder / "t.conll")


def run_file(folder: Path) -> Callable[[], Any]:
    (folder / "run.yaml").write_text(
        "data:\n  csv: t.csv\n  when: 2020-01-01\nphases: [head, {trains: last, epochs: 3}]\n"
    )
    return lambda: read_document(folder / "run.yaml")


def preset(folder: Path) -> Callable[[], Any]:
    from safetensors.numpy import save_file

    (folder / "config.json").write_text(json.dumps({"model_type": "bert", "hidden_size": 4}))
    save_file({"weights": np.eye(4, dtype="float32")}, folder / "model.safetensors")

    def read() -> None:
        check_preset_files(folder, scaling_known=False)
        check_preset_content(folder)

    return read


def entry(folder: Path) -> Callable[[], Any]:
    place = folder / "entry"
    values = np.arange(60, dtype="float32").reshape(20, 3)
    writer = EntryWriter(place)
    assert writer.acquire()
    writer.begin(Header(20, (TensorRows.of(values),)))
    writer.append([values])
    writer.finish()

    def read() -> None:
        try:
            (rows,) = read_entry(place)
        except UnusableEntryError:
            return  # features are computed again
        # No damage gives other values.
        np.testing.assert_array_equal(rows, values)

    return read


READERS = {
    "report": (report, "report.json"),
    "index": (index, "index.json"),
    "vectors": (index, "vectors.npy"),
    "checkpoint": (checkpoint, "state.npz"),
    "csv": (csv, "t.csv"),
    "parquet": (parquet, "t.parquet"),
    "coco": (coco, "coco.json"),
    "voc": (voc, "Annotations/b.xml"),
    "voc list": (voc, "ImageSets/Main/train.txt"),
    "conll": (conll, "t.conll"),
    "run file": (run_file, "run.yaml"),
    "preset": (preset, "config.json"),
    "safetensors": (preset, "model.safetensors"),
    "cache header": (entry, "entry/header.json"),
    "cache rows": (entry, "entry/0.npy"),
}


@pytest.mark.parametrize("count", [12, pytest.param(400, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("reader", READERS)
def test_a_damaged_file_is_named(reader: str, count: int, tmp_path: Path) -> None:
    make, name = READERS[reader]
    read = make(tmp_path)
    assert_explained(read, tmp_path / name, count, is_json=name.endswith(".json"))
