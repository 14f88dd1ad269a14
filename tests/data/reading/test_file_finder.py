"""Names in lists and tables are found in any writing, and never another file."""

from pathlib import Path

import pytest

from kerastl.data.reading.file_finder import FileFinder


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
