"""Every reader ignores the files that systems leave, and finds the files that lists name."""

from pathlib import Path

import pytest

from kerastl.data.sources.file_finder import FileFinder
from kerastl.data.sources.files import find_images, visible_files, visible_folders
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


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a.jpg", "a.jpg"),
        ("my cat 1.jpg", "my cat 1.jpg"),
        ("my cat 1.JPG", "my cat 1"),
        ("IMG_1.JPG", "img_1.jpg"),
        ("Cats/IMG_1.JPG", "cats/img_1.jpg"),
        ("cats/1.png", "cats\\1.png"),
        ("cats/1.png", "./cats/1"),
        ("a.jpg", " a.jpg "),
        ("v1.2.png", "v1.2"),
        ("cafe\u0301.jpg", "café.jpg"),
        ("1.jpg", "Photos/1.jpg"),
    ],
)
def test_a_name_is_found(tmp_path: Path, file: str, name: str) -> None:
    place = tmp_path / "photos" / file
    place.parent.mkdir(parents=True)
    place.touch()
    assert Path(FileFinder(tmp_path / "photos").find(name)) == place


def test_another_file_is_never_taken(tmp_path: Path) -> None:
    for name in ("1.png", "cats/2.jpg", "3.txt", "A.jpg", "a.JPG", "both.jpg", "both.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    finder = FileFinder(tmp_path)
    # Another format, another folder, no image, a folder, and two files that are as similar.
    for name in ("1.jpg", "2.jpg", "dogs/2.jpg", "3", "cats", "a.jpg", ""):
        assert finder.find(name) == str(tmp_path / name), name
    with pytest.raises(ValueError, match=r"add the file extension. Received: 'both'"):
        finder.find("both")
