"""Named pipes, sockets and devices are refused by every reader before they are opened."""

import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.artifacts import Bundle
from kerastl.backbones.hub.presets import load_preset
from kerastl.backbones.weights import load_weights_file
from kerastl.basics.files.regular_file import check_regular_files, open_regular, read_regular
from kerastl.cli.run_file.document import read_document
from kerastl.data.reading.columns import read_columns
from kerastl.search.vector_index import VectorIndex
from kerastl.tasks.object_detection.drawing import draw_boxes
from kerastl.training.cache.entry import Header, TensorRows, UnusableEntryError, read_entry
from kerastl.training.checkpoint.state_file import read_state
from tests.security import special_files
from tests.security.special_files import KINDS, pipe, seconds


def table(path):
    read_columns(path, ["text"], "utf-8", None, None, "raise", [])


def voc(file, folder):
    (folder / "Annotations").mkdir()
    (folder / "JPEGImages").mkdir()
    (folder / "ImageSets" / "Main").mkdir(parents=True)
    (folder / "Annotations" / "a.xml").write_text("<annotation/>")
    return folder / file


def two_classes(folder):
    for name in ("cat", "dog"):
        (folder / name).mkdir()
        Image.new("RGB", (4, 4)).save(folder / name / "a.png")
    return folder / "cat" / "b.jpg"


def image_table(path):
    """Write a table that names the file as an image."""
    (path.parent / "t.csv").write_text("image,label\nx.jpg,a\ny.jpg,b\n")
    return ktl.data.csv(path.parent / "t.csv", image="image", label="label")


# The name of the special file, and the call that would read it. A name may be a function that
# writes the files beside it.
READERS = {
    "one image": ("x.jpg", lambda path: ktl.data.Split.from_raw([path], "image")),
    "images": ("x.jpg", lambda path: ktl.data.arrays([str(path)] * 2, ["a", "b"])),
    "skipped images": ("x.jpg", lambda path: ktl.data.unlabelled([path], on_error="skip")),
    "folder": (two_classes, lambda path: ktl.data.image_folder(path.parent.parent)),
    "unlabelled folder": ("x.jpg", lambda path: ktl.data.unlabelled(path.parent)),
    "pattern": ("x.jpg", lambda path: ktl.data.unlabelled(str(path.parent / "*.jpg"))),
    "table of images": ("x.jpg", image_table),
    "drawing": ("x.jpg", lambda path: draw_boxes(path, [])),
    "csv": ("x.csv", table),
    "tsv": ("x.tsv", table),
    "parquet": ("x.parquet", table),
    "conll": ("x.txt", ktl.data.conll),
    "coco": ("x.json", lambda path: ktl.data.coco(path, path.parent)),
    "voc": (
        lambda folder: voc("Annotations/b.xml", folder),
        lambda path: ktl.data.pascal_voc(path.parent.parent),
    ),
    "voc list": (
        lambda folder: voc("ImageSets/Main/train.txt", folder),
        lambda path: ktl.data.pascal_voc(path.parents[2]),
    ),
    "run file": ("run.yaml", read_document),
    "recipe": ("recipe.json", lambda path: ktl.load(path.parent)),
    "recipe's model": ("model.keras", lambda path: ktl.load(path.parent)),
    "model": ("model.keras", ktl.load_model),
    "backbone": ("model.keras", ktl.backbone),
    "old backbone": ("model.h5", ktl.backbone),
    "SavedModel": ("saved_model.pb", lambda path: ktl.backbone(path.parent)),
    "weights": ("a.weights.h5", lambda path: load_weights_file(None, path, what="a network")),
    "preset": ("config.json", lambda path: load_preset(None, str(path.parent), "a network")),
    "preset's weights": ("w.h5", lambda path: load_preset(None, str(path.parent), "a network")),
    "index": ("index.json", lambda path: VectorIndex.load(path.parent)),
    "index's vectors": ("vectors.npy", lambda path: VectorIndex.load(path.parent)),
    "bundle": ("report.json", lambda path: Bundle.load(path.parent)),
    "checkpoint": ("state.npz", read_state),
}


@pytest.mark.parametrize("make", [pipe, special_files.zeros])
@pytest.mark.parametrize("reader", READERS)
def test_readers_refuse_special_files(tmp_path, reader, make):
    name, read = READERS[reader]
    path = name(tmp_path) if callable(name) else tmp_path / name
    make(path)
    kind = "a named pipe" if make is pipe else "a device"
    with seconds(10), pytest.raises(ValueError, match=kind) as caught:
        read(path)
    assert path.name in str(caught.value)


@pytest.mark.parametrize("name", ["header.json", "0.npy"])
def test_cached_features_in_a_special_file_are_computed_again(tmp_path, name):
    Header(1, (TensorRows("float32", (2,)),)).write(tmp_path)
    (tmp_path / name).unlink(missing_ok=True)
    pipe(tmp_path / name)
    with seconds(5), pytest.raises(UnusableEntryError):
        read_entry(tmp_path)


@pytest.mark.parametrize("make", KINDS)
def test_no_special_file_is_opened(tmp_path, make):
    make(tmp_path / "x")
    for read in (open_regular, read_regular, check_regular_files):
        with seconds(5), pytest.raises(ValueError, match="Only regular files are read"):
            read(tmp_path / "x")
    with pytest.raises(ValueError, match="Only regular files are read"):
        check_regular_files(tmp_path)


def test_a_file_that_becomes_a_pipe_is_refused(tmp_path, monkeypatch):
    # The path changes between the first look and the opening.
    monkeypatch.setattr("kerastl.basics.files.regular_file.check_regular", lambda path: None)
    pipe(tmp_path / "x")
    with seconds(5), pytest.raises(ValueError, match="a named pipe"):
        open_regular(tmp_path / "x")


def test_regular_files_and_links_to_them_are_read(tmp_path):
    (tmp_path / "x").write_bytes(b"content")
    (tmp_path / "link").symlink_to(tmp_path / "x")
    (tmp_path / "above").symlink_to(tmp_path)
    assert read_regular(tmp_path / "x") == read_regular(tmp_path / "link") == b"content"
    check_regular_files(tmp_path)
    check_regular_files(tmp_path / "missing")
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "missing")
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)


def test_the_limit_stops_a_reader_of_a_pipe(tmp_path):
    # Without this, the tests above could not fail.
    pipe(tmp_path / "x")
    with pytest.raises(TimeoutError), seconds(0.2), open(tmp_path / "x", "rb"):
        pass


def test_unreadable_images_can_be_skipped(tmp_path):
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(tmp_path / "a.png")
    pipe(tmp_path / "b.jpg")
    split = ktl.data.unlabelled(tmp_path, on_error="skip")
    assert len(split) == 1
    assert split.skipped == [(str(tmp_path / "b.jpg"), "not a regular file but a named pipe")]
