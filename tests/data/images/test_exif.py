import struct

import numpy as np
import pytest
import tensorflow as tf

from kerastl.data.images.exif import jpeg_orientation, turn_upright
from tests.data.drawing import colourful, encode

JPEG = encode(colourful(), "JPEG")


def directory(order: str, *entries: tuple[int, int]) -> bytes:
    """A TIFF header with one directory of short values."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    body = struct.pack(f"{order}IH", 8, len(entries))
    for tag, value in entries:
        body += struct.pack(f"{order}HHIHH", tag, 3, 1, value, 0)
    return mark + body + b"\0\0\0\0"


def with_segments(*segments: tuple[int, bytes]) -> bytes:
    made = b"".join(
        b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body
        for marker, body in segments
    )
    return b"\xff\xd8" + made + JPEG[2:]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_in_both_byte_orders(order: str, orientation: int) -> None:
    exif = b"Exif\0\0" + directory(order, (0x010E, 7), (0x0112, orientation))
    assert int(jpeg_orientation(with_segments((0xE1, exif)))) == orientation


def test_exif_after_other_segments() -> None:
    exif = b"Exif\0\0" + directory("<", (0x0112, 8))
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + b"x" * 60_000
    assert int(jpeg_orientation(with_segments((0xE0, b"JFIF\0"), (0xE1, xmp), (0xE1, exif)))) == 8


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe1\x00",
        JPEG,
        JPEG[:30],
        encode(colourful(), "PNG"),
        with_segments((0xE1, b"Exif\0\0")),
        with_segments((0xE1, b"Exif\0\0" + directory("<", (0x0112, 9)))),
        with_segments((0xE1, b"Exif\0\0" + directory("<", (0x0112, 6))))[:24],
        with_segments((0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff")),
        with_segments((0xE1, b"Exif\0\0MM\0*\x00\x00\x00\x08\xff\xff")),
    ],
)
def test_an_image_without_a_valid_orientation_is_upright(encoded: bytes) -> None:
    assert int(jpeg_orientation(tf.constant(encoded))) == 1


def test_turning_back_and_forth_gives_the_image() -> None:
    image = np.asarray(colourful())
    for there, back in [(6, 8), (8, 6), (5, 5), (7, 7), (3, 3), (2, 2), (4, 4)]:
        turned = turn_upright(image, tf.constant(there))
        assert turned.shape[:2] == (image.shape[:2] if there < 5 else image.shape[1::-1])
        np.testing.assert_array_equal(turn_upright(turned, tf.constant(back)), image)
