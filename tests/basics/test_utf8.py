import os
from pathlib import Path

import numpy as np
import pytest

import kerastl as ktl
from kerastl.basics.printable import printable
from kerastl.basics.utf8 import check_utf8, decode_utf8, is_utf8
from kerastl.data.texts.packed_texts import PackedTexts
from tests.data.drawing import colourful

BROKEN = "broken \ud83d emoji"
TEXTS = ["good", BROKEN, "bad", "worse"]


@pytest.mark.parametrize(
    ("text", "holds"),
    [("", True), ("a", True), ("é 日本 🎬", True), ("\ud83d", False), ("a\udce9", False)],
)
def test_half_a_surrogate_pair_cannot_be_encoded(text, holds) -> None:
    assert is_utf8(text) is holds
    printable(text).encode()


def test_the_error_counts_and_names_texts() -> None:
    with pytest.raises(ValueError, match=r"12 of 13 texts .* for row 1, row 2, .*, row 10, …$"):
        check_utf8(["fine", *[BROKEN] * 12], "row {}".format)


def test_the_advice_repairs_a_text() -> None:
    halves = "\ud83d\ude00 and \ud83d"
    repaired = halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert repaired == "😀 and \ufffd"
    assert is_utf8(repaired)


def test_bytes_that_are_not_utf8() -> None:
    with pytest.raises(ValueError, match=r"A text is not encoded .* Received: b'caf\\xe9' for x"):
        decode_utf8(b"caf\xe9", "text", "x")


@pytest.mark.parametrize(
    "read",
    [
        lambda: ktl.data.arrays(TEXTS, ["p", "p", "n", "n"]),
        lambda: ktl.data.multi_label(TEXTS, [["a"], ["b"], [], []]),
        lambda: ktl.data.numbers(TEXTS, [1, 2, 3, 4]),
        lambda: ktl.data.spans(TEXTS, [[]] * 4),
        lambda: ktl.data.unlabelled(TEXTS),
        lambda: ktl.data.Split.from_raw(TEXTS, "text"),
        lambda: ktl.data.Split("text", TEXTS, [0, 1, 0, 1], ["a", "b"]).strings(),
        lambda: PackedTexts.of(TEXTS, lambda texts: {}),
    ],
)
def test_every_way_to_read_texts_names_the_broken_one(read) -> None:
    with pytest.raises(ValueError, match=r"1 of 4 texts .* Received: .*\\ud83d.* for \w+ 1"):
        read()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for i in range(4):
            colourful(seed=i).save(tmp_path / name / f"{i}.png")
    target = os.fsencode(tmp_path / "a") + b"/caf\xe9.png"
    try:
        os.rename(tmp_path / "a" / "0.png", target)
    except OSError:
        pytest.skip("the file system has no names that are not UTF-8")
    return tmp_path


def test_a_file_name_that_is_not_utf8_is_named_when_read(folder: Path) -> None:
    message = r"1 of 8 images .*\n.*caf\\udce9.png: its path is not valid UTF-8"
    with pytest.raises(ValueError, match=message) as error:
        ktl.data.image_folder(folder)
    str(error.value).encode()  # can be printed
    data = ktl.data.image_folder(folder, on_error="skip")
    assert len(data.train) == 7
    str(data).encode()
    paths = sorted(map(str, (folder / "a").iterdir()))
    for read in (ktl.data.unlabelled, lambda x: ktl.data.arrays(x, np.arange(4) % 2)):
        with pytest.raises(ValueError, match="its path is not valid UTF-8"):
            read(paths)


def test_another_file_in_the_folder_does_not_stop_the_summary(folder: Path) -> None:
    bad = next(p for p in (folder / "a").iterdir() if not is_utf8(str(p)))
    os.rename(bad, os.fsencode(folder / "a") + b"/caf\xe9.txt")
    str(ktl.data.image_folder(folder)).encode()
