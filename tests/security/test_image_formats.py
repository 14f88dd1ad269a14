"""Images are opened by their content, and only in the formats that are promised."""

import io
import re
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image, features

import kerastl as ktl
from kerastl.data.images.opening import FORMATS, open_image
from kerastl.data.images.pillow_decoding import decode_with_pillow
from kerastl.tasks.object_detection.drawing import draw_boxes
from tests.data.drawing import colourful, encode
from tests.security import postscript

ROOT = Path(__file__).resolve().parents[2]
_OTHERS = ("PPM", "TGA", "PCX", "SGI", "ICO", "DDS", "IM", "MSP", "SPIDER")

WAYS_IN = {
    "path": lambda path: ktl.data.Split.from_raw([path], "image"),
    "bytes": lambda path: ktl.data.Split.from_raw([path.read_bytes()], "image"),
    "folder": lambda path: ktl.data.unlabelled(path.parent, on_error="skip"),
    "opened": lambda path: ktl.data.Split.from_raw([Image.open(path)], "image"),
    "decoding": lambda path: decode_with_pillow(path.read_bytes(), "x.jpg"),
    "drawing": lambda path: draw_boxes(path, []),
}


@pytest.mark.parametrize("way", WAYS_IN)
def test_postscript_starts_no_program(tmp_path, monkeypatch, way):
    mark = postscript.plant(tmp_path, monkeypatch)
    (tmp_path / "images").mkdir()
    path = tmp_path / "images" / "x.jpg"
    path.write_bytes(postscript.CONTENT)
    with pytest.raises((ValueError, OSError)):
        WAYS_IN[way](path)
    assert not mark.exists()


def test_the_planted_program_runs_without_the_list_of_formats(tmp_path, monkeypatch):
    mark = postscript.plant(tmp_path, monkeypatch)
    # The program writes no image.
    with suppress(OSError), Image.open(io.BytesIO(postscript.CONTENT)) as image:
        image.load()
    assert mark.exists()


@pytest.mark.parametrize("kind", _OTHERS)
def test_other_formats_are_not_opened(tmp_path, kind):
    image = colourful().convert("1" if kind == "MSP" else "F" if kind == "SPIDER" else "RGB")
    (tmp_path / "x.png").write_bytes(encode(image, kind))
    with pytest.raises(ValueError, match="not an image of a known format"):
        ktl.data.Split.from_raw([tmp_path / "x.png"], "image")


@pytest.mark.parametrize("kind", FORMATS)
def test_every_promised_format_is_opened_whatever_its_name(tmp_path, kind):
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    content = encode(colourful(), kind)
    assert open_image(io.BytesIO(content)).size == colourful().size
    (tmp_path / "x.jpg").write_bytes(content)
    assert len(ktl.data.Split.from_raw([tmp_path / "x.jpg"], "image")) == 1


def test_another_format_that_the_user_decoded_is_an_image(tmp_path):
    colourful().save(tmp_path / "x.ppm")
    with Image.open(tmp_path / "x.ppm") as image:
        image.load()
        assert len(ktl.data.Split.from_raw([image], "image")) == 1


def test_every_call_of_pillow_names_its_formats():
    for folder in ("kerastl", "export", "recipes"):
        for file in (ROOT / folder).rglob("*.py"):
            for call in re.findall(r"\bImage\.open\(.*", file.read_text(encoding="utf-8")):
                assert "formats=" in call, f"{file}: {call}"
