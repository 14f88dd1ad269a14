"""Requests that try to cost a server much, or to spoil the answers of others."""

import base64
import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Request:
    """A request, and which of its examples must have an error.

    Attributes:
        name: What it is.
        raw: Raw inputs.
        errors: For each whether it must have an error; None if the whole request must fail.
        inputs: The model's own inputs by name, for the signature `tensors`, in place of `raw`.
    """

    name: str
    raw: list[bytes]
    errors: list[bool] | None
    inputs: dict[str, np.ndarray] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the request as JSON values, for `load_worker.py`."""
        return {
            "name": self.name,
            "raw": [_text_of(item) for item in self.raw],
            "errors": self.errors,
            "inputs": {
                name: {
                    "content": _text_of(values.tobytes()),
                    "dtype": values.dtype.str,
                    "shape": values.shape,
                }
                for name, values in self.inputs.items()
            },
        }


def png(width: int, height: int, rows: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a grey PNG that declares a size and has some rows of black.

    Args:
        width: Declared width.
        height: Declared height.
        rows: Rows that the file holds.
        *chunks: Kind and content of chunks in front of the pixels.
    """

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    packer, packed = zlib.compressobj(1), []
    for _ in range(rows):
        packed.append(packer.compress(bytes(width + 1)))
    packed.append(packer.flush())
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    extra = b"".join(chunk(*each) for each in chunks)
    pixels = chunk(b"IDAT", b"".join(packed)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + extra + pixels


def gif(width: int, height: int, frames: int) -> bytes:
    """Return a GIF of equal frames of one colour."""
    one = _saved(width, height, "GIF")
    table = 3 * 2 ** (one[10] % 8 + 1) if one[10] & 0x80 else 0
    start = 13 + table
    return one[:start] + one[start:-1] * frames + b";"


def gif_of_tiny_blocks(count: int) -> bytes:
    """Return a GIF of 100 pixels whose data is in blocks of one byte."""
    head = b"GIF89a" + struct.pack("<HHBBB", 10, 10, 0x80, 0, 0) + bytes(6)
    frame = b"," + struct.pack("<HHHHB", 0, 0, 10, 10, 0) + b"\x02"
    return head + frame + b"\x01\x44" * count + b"\0;"


def jpeg_of_scans(width: int, height: int, scans: int) -> bytes:
    """Return a progressive JPEG whose last scan is repeated."""
    one = _saved(width, height, "JPEG", progressive=True)
    last = one.rindex(b"\xff\xda")
    return one[:last] + one[last:-2] * scans + b"\xff\xd9"


def jpeg_of_segments(count: int) -> bytes:
    """Return a JPEG with empty segments in front of its image."""
    one = _saved(8, 8, "JPEG")
    return one[:2] + b"\xff\xe5\0\x02" * count + one[2:]


def hostile_images(good: bytes, size: tuple[int, int]) -> list[Request]:
    """Return hostile requests for a model of images.

    Args:
        good: A good JPEG.
        size: Height and width of the model's input.
    """
    not_a_number = np.zeros((2, *size, 3), np.float32)
    not_a_number[1, 0, 0, 0] = np.nan
    broken: dict[str, Callable[[], bytes]] = {
        "GIF of 200 frames of 4000 x 4000": lambda: gif(4000, 4000, 200),
        "PNG of 12000 x 12000": lambda: png(12_000, 12_000, 12_000),
        "PNG that declares 60000 x 80000": lambda: png(60_000, 80_000, 1),
        "PNG that declares 100 x 100 and has one row": lambda: png(100, 100, 1),
        "PNG with 100 texts of 8 MB": lambda: png(10, 10, 10, *[(b"zTXt", _text(7_900_000))] * 100),
        "JPEG of 3000 scans": lambda: jpeg_of_scans(2000, 2000, 3000),
        "half of a JPEG": lambda: good[: len(good) // 2],
        "start of a JPEG": lambda: good[:20],
        "no image": lambda: b"no image",
        "nothing": lambda: b"",
        "5 MB of noise": lambda: np.random.default_rng(0).bytes(5_000_000),
        "5 MB behind the mark of a JPEG": lambda: b"\xff\xd8\xff" + bytes(5_000_000),
    }
    requests = [Request(name, [make()], [True]) for name, make in broken.items()]
    return [
        *requests,
        Request("GIF of 700,000 blocks", [gif_of_tiny_blocks(700_000)], [True]),
        Request("JPEG of 30,000 segments", [jpeg_of_segments(30_000)], [False]),
        Request("two good images and a broken one", [good, good[:500], good], [False, True, False]),
        Request("1,000 images", [good] * 1000, None),
        Request("NaN among pixels", [], [False, True], {"pixels": not_a_number}),
    ]


def hostile_texts(good: bytes, length: int) -> list[Request]:
    """Return hostile requests for a model of texts.

    Args:
        good: A good text.
        length: Tokens of a sequence.
    """
    ids = np.ones((2, length), np.int32)
    ids[1, 0] = 2**31 - 1
    inputs = {"token_ids": ids, "padding_mask": np.ones_like(ids)}
    return [
        Request("not UTF-8", [b"\xff\xfe bad \x80 bytes"], [True]),
        Request("nothing", [b""], [False]),
        Request("NUL", [b"\0" * 1000], [False]),
        Request("1 MB of words", [b"great " * 180_000], [False]),
        Request("1 MB as one word", [b"g" * 1_000_000], [False]),
        Request("1 MB of accents", ["e\u0301".encode() * 300_000], [False]),
        Request("1 MB of spaces", [b" " * 1_000_000], [False]),
        Request("two good texts and a broken one", [good, b"\x80", good], [False, True, False]),
        Request("100,000 empty texts", [b""] * 100_000, None),
        Request("unknown token", [], [False, True], inputs),
    ]


def _text_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _text(size: int) -> bytes:
    return b"a\0\0" + zlib.compress(bytes(size), 9)


def _saved(width: int, height: int, kind: str, **options: bool) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("P" if kind == "GIF" else "RGB", (width, height)).save(stream, kind, **options)
    return stream.getvalue()
