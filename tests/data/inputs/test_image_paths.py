from pathlib import Path

import pytest

from kerastl.data import unlabelled
from kerastl.data.inputs.image_paths import images_at
from tests.data.drawing import colourful

SHOWN = ["a.png", "deep/b.JPG", "deep/er/c.bmp"]
HIDDEN = ["._a.png", ".cache/d.png", "__MACOSX/e.png", "deep/.ipynb_checkpoints/f.png", "notes.txt"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (*SHOWN, *HIDDEN):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if name in SHOWN:
            colourful().save(tmp_path / name)
        else:
            (tmp_path / name).write_text("no image")
    return tmp_path


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("", SHOWN),
        ("deep", SHOWN[1:]),
        ("*.png", SHOWN[:1]),
        ("**/*", SHOWN),
        ("deep/*", SHOWN[1:2]),
        ("[a-c].*", SHOWN[:1]),
    ],
)
def test_a_folder_and_a_pattern_have_the_same_rules(place: str, found, folder: Path) -> None:
    expected = [str(folder / name) for name in found]
    for given in (folder / place, str(folder / place)):
        assert images_at(given) == expected
        split = unlabelled(given)
        assert [split.inputs[i] for i in range(len(split))] == expected


def test_a_name_with_brackets_is_a_file(tmp_path: Path) -> None:
    colourful().save(tmp_path / "photo [1].png")
    assert images_at(tmp_path / "photo [1].png") is None
    assert images_at("no pattern.png") is None


@pytest.mark.parametrize(("place", "said"), [("", "no images"), ("*.png", "No image matches")])
def test_nothing_found(place: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"{said}.* Received: "):
        images_at(tmp_path / place)
