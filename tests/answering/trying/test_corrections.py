"""Corrected examples are written in the layout that the readers of training data take."""

import csv
import io

import numpy as np
import pytest
from PIL import Image

import kerastl as ktl
from kerastl.answering.trying.corrections import ImageCorrections, TextCorrections


def encoded(seed, kind="PNG"):
    noise = np.random.default_rng(seed).integers(0, 256, (9, 7, 3), np.uint8)
    written = io.BytesIO()
    Image.fromarray(noise).save(written, kind)
    return written.getvalue()


def test_images_are_read_back_as_a_folder_of_classes(tmp_path):
    place = ImageCorrections(tmp_path / "more", ["glass", "hard plastic"])
    for seed, kind in enumerate(("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")):
        place.add(encoded(seed, kind), ["glass", "hard plastic"][seed % 2])
    data = ktl.data.image_folder(tmp_path / "more")
    assert data.class_names == ("glass", "hard plastic")
    assert np.bincount(data.train.labels).tolist() == [3, 3]
    assert {path.read_bytes() for path in (tmp_path / "more").rglob("*.*")} == {
        encoded(seed, kind)
        for seed, kind in enumerate(("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF"))
    }


def test_an_image_that_folders_do_not_list_is_converted(tmp_path):
    written = ImageCorrections(tmp_path, ["a", "b"]).add(encoded(0, "AVIF"), "a")
    assert written.suffix == ".png"
    with Image.open(written) as image:
        assert image.size == (7, 9)


def test_a_later_correction_replaces_an_earlier_one(tmp_path):
    place = ImageCorrections(tmp_path, ["a", "b"])
    first, second = place.add(encoded(0), "a"), place.add(encoded(0), "b")
    assert not first.exists()
    assert second.parent.name == "b"
    assert place.add(encoded(0), "b") == second
    assert len(list(tmp_path.rglob("*.png"))) == 1


@pytest.mark.parametrize(
    "label",
    ["../up", "..", ".", "", "a/b", "a\\b", "/tmp", "C:x", ".hidden", "__MACOSX", "nul", "NUL.x",
     "train", "Test", " glass", "glass.", "gl\0ass", "gl\u202eass", "x" * 300, "gl*ss"],
)  # fmt: skip
def test_a_class_that_is_no_folder_is_refused(label, tmp_path):
    with pytest.raises(ValueError, match=r"cannot be the name of a folder.*Received"):
        ImageCorrections(tmp_path / "more", [label, "b"]).add(encoded(0), label)
    assert list(tmp_path.rglob("*")) == []


def test_a_class_of_another_model_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no such class"):
        ImageCorrections(tmp_path, ["a", "b"]).add(encoded(0), "c")
    with pytest.raises(ValueError, match="no such class"):
        TextCorrections(tmp_path / "more.csv", ["a", "b"]).add(b"text", "c")
    assert list(tmp_path.iterdir()) == []


def test_texts_are_read_back_as_a_table(tmp_path):
    place = TextCorrections(tmp_path / "more.csv", ["good", "bad"])
    texts = ['He said "no", twice.', "two\nlines", "=1+1", "naïve ❤\ufe0f", "x, y"]
    for number, text in enumerate(texts):
        place.add(text.encode(), ["good", "bad"][number % 2])
    place.add(texts[0].encode(), "bad")
    data = ktl.data.csv(tmp_path / "more.csv", text="text", label="label")
    found = {
        text: data.class_names[label]
        for text, label in zip(data.train.inputs, data.train.labels, strict=True)
    }
    assert found == {
        text: "bad" if number % 2 or not number else "good" for number, text in enumerate(texts)
    }


def test_a_killed_write_leaves_the_table_as_it_was(tmp_path, monkeypatch):
    place = TextCorrections(tmp_path / "more.csv", ["good", "bad"])
    place.add(b"one", "good")
    before = (tmp_path / "more.csv").read_bytes()

    def fail(file, *args, **options):
        file.write("half a row")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(csv, "writer", fail)
    with pytest.raises(OSError, match="disk is full"):
        place.add(b"two", "bad")
    assert (tmp_path / "more.csv").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["more.csv"]


def test_places_that_cannot_be_used(tmp_path):
    (tmp_path / "other.csv").write_text("review,sentiment\nfine,good\n")
    with pytest.raises(ValueError, match=r"columns text and label.*Received: the columns review"):
        TextCorrections(tmp_path / "other.csv", ["good", "bad"])
    with pytest.raises(ValueError, match=r"ends in .csv.*Received"):
        TextCorrections(tmp_path / "other.txt", ["good", "bad"])
    with pytest.raises(NotADirectoryError, match=r"need a folder.*Received"):
        ImageCorrections(tmp_path / "other.csv", ["good", "bad"])
