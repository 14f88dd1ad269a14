import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kerastl.data.images import inspection
from kerastl.data.images.inspection import BY_PILLOW, inspect_images
from kerastl.data.splits.split import Split
from tests.data.drawing import colourful, encode

JPEG, PNG = encode(colourful(), "JPEG"), encode(colourful(), "PNG")
BMP, WEBP = encode(colourful(), "BMP"), encode(colourful(), "WEBP")
GIF = encode(colourful(), "GIF")


def look(content: bytes, name: str = "it.jpg", on_error: str = "raise"):
    return inspect_images([content], lambda i: name, on_error)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"These are only words.", "not an image of a known format"),
        (JPEG[: len(JPEG) // 2], "corrupt or truncated"),
        (JPEG[:-30], "corrupt or truncated"),
        (PNG[: len(PNG) // 2], "corrupt or truncated"),
        (PNG[:-12], None),
        (BMP[: len(BMP) // 2], "corrupt or truncated"),
        (GIF[: len(GIF) // 2], "corrupt or truncated"),
        (WEBP[: len(WEBP) // 2], "(corrupt or truncated|not an image)"),
        (JPEG[:20] + bytes(len(JPEG) - 20), "(corrupt or truncated|not an image)"),
    ],
)
def test_bad_images(content: bytes, reason: str | None) -> None:
    if reason is None:
        look(content)
        return
    with pytest.raises(ValueError, match=f"1 of 1 images cannot be used:\n  it.jpg: .*{reason}"):
        look(content)


def test_all_bad_images_are_listed_at_once_or_skipped(tmp_path: Path) -> None:
    paths = []
    for i, content in enumerate([JPEG, b"words", JPEG[:300], JPEG]):
        paths.append(str(tmp_path / f"{i}.jpg"))
        Path(paths[-1]).write_bytes(content)
    paths.append(str(tmp_path / "missing.jpg"))
    with pytest.raises(ValueError, match=r"3 of 5 images") as error:
        inspect_images(paths, paths.__getitem__)
    assert all(path in str(error.value) for path in (paths[1], paths[2], paths[4]))
    assert "there is no such file" in str(error.value)
    found = inspect_images(paths, paths.__getitem__, "skip")
    assert found.kept == [0, 3]
    assert [name for name, _ in found.skipped] == [paths[1], paths[2], paths[4]]


def test_nothing_left_after_skipping() -> None:
    with pytest.raises(ValueError, match=r"1 of 1 images cannot be used"):
        look(b"words", on_error="skip")


def test_an_unknown_way_to_handle_errors() -> None:
    with pytest.raises(ValueError, match=r"`on_error` must be .*Received: on_error='warn'"):
        look(JPEG, on_error="warn")


def damaged_inside() -> bytes:
    """A JPEG whose head and tail are whole, with a marker in its data that no decoder knows."""
    content = bytearray(encode(colourful(256, 256), "JPEG", quality=95))
    middle = len(content) // 2
    content[middle : middle + 40] = b"\xff\x85" * 20
    return bytes(content)


def test_damage_inside_is_found_when_skipping_and_named_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "damaged.jpg"
    path.write_bytes(damaged_inside())
    found = inspect_images([str(path), JPEG], lambda i: "it", "skip")
    assert found.kept == [1]
    split = Split.from_raw(path, "image")
    ((name, reason),) = split.unreadable()
    assert name == str(path)
    assert reason


@pytest.mark.parametrize(
    ("content", "name", "misnamed"),
    [
        (PNG, "it.jpg", True),
        (JPEG, "it.PNG", True),
        (JPEG, "it.JPEG", False),
        (PNG, "record 3", False),
        (encode(colourful(), "MPO"), "it.jpg", False),
    ],
)
def test_a_wrong_file_extension_is_noted(content: bytes, name: str, misnamed: bool) -> None:
    assert look(content, name).misnamed == ([name] if misnamed else [])


def test_an_image_20000_pixels_wide_is_read(tmp_path: Path) -> None:
    path = tmp_path / "wide.jpg"
    Image.fromarray(np.full((1_000, 20_000, 3), 77, np.uint8)).save(path)
    pixels = next(iter(Split.from_raw(path, "image").pixels((32, 32)))).numpy()
    np.testing.assert_array_equal(pixels, 77)


def test_a_very_large_image_goes_through_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_LARGEST_FOR_TENSORFLOW", 64 * 48 - 1)
    assert look(JPEG).headers["orientation"].tolist() == [BY_PILLOW]
    pixels = next(iter(Split.from_raw(JPEG, "image").pixels((48, 64)))).numpy()
    np.testing.assert_array_equal(pixels[0], np.asarray(Image.open(io.BytesIO(JPEG))))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be vast."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(100_000))
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize("on_error", ["raise", "skip"])
@pytest.mark.parametrize("size", [(60_000, 60_000), (14_500, 14_500), (200_000_001, 1)])
def test_a_decompression_bomb_is_refused_unread(size: tuple[int, int], on_error: str) -> None:
    with pytest.raises(ValueError, match=r"limit (of|is) 200,000,000"):
        look(bomb(*size), on_error=on_error)


@pytest.mark.parametrize("size", [(19_000, 10_000), (20_000, 10_000)])
def test_a_large_image_within_the_limit_is_accepted(size: tuple[int, int]) -> None:
    """Pillow has a lower limit of its own, and keeps it for everybody else."""
    limit = Image.MAX_IMAGE_PIXELS
    frame = JPEG.index(b"\xff\xc0") + 5
    large = JPEG[:frame] + struct.pack(">HH", *size[::-1]) + JPEG[frame + 4 :]
    assert look(large).headers["pixels"].tolist() == [size[0] * size[1]]
    assert limit == Image.MAX_IMAGE_PIXELS


def test_an_image_just_above_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "MAX_PIXELS", 64 * 48 - 1)
    with pytest.raises(ValueError, match=r"64 x 48 is 3,072 pixels, more than the limit of 3,071"):
        look(JPEG)
