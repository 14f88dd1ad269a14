"""Every reader ignores the files that systems leave."""

from pathlib import Path

import pytest

from kerastl.data.reading.files import find_images, visible_files, visible_folders
from kerastl.data.sources.folder import image_folder
from kerastl.data.sources.unlabelled import unlabelled

LEFT_BY_SYSTEMS = (
    "a/.hidden.jpg", "a/._000.jpg", "a/.ipynb_checkpoints/000-checkpoint.jpg",
    "a/@eaDir/000.jpg/THUMB.jpg", "a/.thumbnails/000.jpg", "a/Thumbs.db", "a/desktop.ini",
    "a/Desktop.ini", "__MACOSX/a/._000.jpg", "__MACOSX/a/000.jpg", ".Trash/000.jpg", ".DS_Store",
)  # fmt: skip


@pytest.fixture
def littered(make_folder) -> Path:
    root = make_folder({"a": 2, "b": 2})
    for name in LEFT_BY_SYSTEMS:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"no image")
    return root


def test_labelled_and_unlabelled_images_are_the_same(littered: Path) -> None:
    data = image_folder(littered)
    assert data.train.class_counts() == {"a": 2, "b": 2}
    assert data.notes == []
    assert list(unlabelled(littered).inputs) == [data.train.inputs[i] for i in range(4)]


def test_a_folder_below_a_hidden_one_is_read(tmp_path: Path, make_folder) -> None:
    root = make_folder({"a": 1, "b": 1}, root=".keras/datasets")
    assert len(image_folder(root).train) == len(unlabelled(root)) == 2
    assert len(find_images(root)[0]) == 2


def test_listings_of_one_folder(tmp_path: Path) -> None:
    for name in ("b.XML", "a.xml", "._a.xml", "c.txt"):
        (tmp_path / name).touch()
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "x").mkdir()
    assert [path.name for path in visible_files(tmp_path, ".xml")] == ["a.xml", "b.XML"]
    assert visible_files(tmp_path / "none", ".xml") == []
    assert [path.name for path in visible_folders(tmp_path)] == ["x"]
