"""What the header of an image declares, counted before it is decoded."""

import struct

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from kerastl.data.images.declared_pixels import UNKNOWN_FORMAT, declared_pixels
from tests.data.drawing import encode
from tests.data.images.test_decoding import CASES

COUNT = tf.function(declared_pixels, [tf.TensorSpec((), tf.string)], autograph=False)
SIZE = (53, 37)


def noise(size: tuple[int, int] = SIZE, seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, size[::-1], np.uint8))


def gif(*records: bytes, table: int = 0) -> bytes:
    packed = 0x80 | table if table else 0
    head = b"GIF89a" + struct.pack("<HHBBB", 9, 9, packed, 0, 0)
    return head + bytes(3 * 2 ** (table + 1) if table else 0) + b"".join(records) + b";"


def frame(width: int, height: int, blocks: list[int], table: int = 0) -> bytes:
    packed = 0x80 | table if table else 0
    head = b"," + struct.pack("<HHHHB", 0, 0, width, height, packed)
    # The content of the blocks looks like frames.
    held = b"\0," * 128
    content = b"".join(bytes([size]) + held[:size] for size in blocks)
    return head + bytes(3 * 2 ** (table + 1) if table else 0) + b"\x02" + content + b"\0"


@pytest.mark.parametrize("name", [name for name, (_, in_graph) in CASES.items() if in_graph])
def test_what_the_graph_decodes_is_counted(name: str) -> None:
    content = CASES[name][0]
    frames = 2 if name == "animated gif" else 1
    assert int(COUNT(content)) == 64 * 48 * frames


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "WEBP", "GIF"])
@pytest.mark.parametrize("size", [(1, 1), (1, 300), (700, 3)])
def test_sizes(kind: str, size: tuple[int, int]) -> None:
    image = Image.new("RGB", size)
    for options in ({}, {"lossless": True}) if kind == "WEBP" else ({},):
        assert int(COUNT(encode(image, kind, **options))) == size[0] * size[1]


def test_a_canvas_of_webp_is_counted() -> None:
    images = [noise(seed=seed).convert("RGBA") for seed in range(3)]
    content = encode(images[0], "WEBP", save_all=True, append_images=images[1:])
    assert int(COUNT(content)) == SIZE[0] * SIZE[1]


@pytest.mark.parametrize(("count", "size"), [(1, SIZE), (9, SIZE), (60, (9, 2)), (3, (700, 400))])
def test_all_frames_of_a_gif_count(count: int, size: tuple[int, int]) -> None:
    images = [noise(size, seed) for seed in range(count)]
    content = encode(images[0], "GIF", save_all=True, append_images=images[1:], loop=0)
    assert int(COUNT(content)) == count * size[0] * size[1]


def test_any_chain_of_blocks_is_followed() -> None:
    """Against a reader that takes one step for each block."""
    random = np.random.default_rng(0)
    for _ in range(8):
        records, expected, widest, highest = [], 0, 0, 0
        for _ in range(random.integers(1, 30)):
            if random.random() < 0.3:
                records.append(b"!\xf9\x04" + bytes(4) + b"\0")
                continue
            width, height = (int(each) for each in random.integers(1, 400, 2))
            longest = int(random.choice([1, 7, 255]))
            blocks = random.integers(1, longest + 1, random.integers(0, 900)).tolist()
            blocks = [255] * int(random.integers(0, 200)) + blocks
            records.append(frame(width, height, blocks, int(random.integers(0, 8))))
            expected += width * height
            widest, highest = max(widest, width), max(highest, height)
        content = gif(*records, table=int(random.integers(0, 8)))
        assert int(COUNT(content)) == max(expected, widest * highest)


def test_a_gif_is_as_large_as_its_largest_frames() -> None:
    """TensorFlow's output has the width of one and the height of another."""
    assert int(COUNT(gif(frame(60_000, 1, [1]), frame(1, 60_000, [1])))) == 60_000**2


def test_an_extension_that_decoders_read_differently_is_not_decoded() -> None:
    assert int(COUNT(gif(b"!\xff\0", frame(3, 3, [1])))) > 2**60


def test_counting_stops_above_the_limit() -> None:
    content = gif(*[frame(100, 100, [255] * 400) for _ in range(50)])
    count = tf.function(
        lambda encoded: declared_pixels(encoded, 10_000), [tf.TensorSpec((), tf.string)]
    )
    assert 10_000 < int(count(content)) < 10 * 10_000 < int(COUNT(content))


def test_scans_of_a_progressive_jpeg_count() -> None:
    content = encode(noise().convert("RGB"), "JPEG", progressive=True)
    last = content.rindex(b"\xff\xda")
    many = content[:last] + content[last:-2] * 160 + b"\xff\xd9"
    assert int(COUNT(content)) == SIZE[0] * SIZE[1]
    assert int(COUNT(many)) >= 10 * SIZE[0] * SIZE[1]


def test_what_follows_a_photo_does_not_count() -> None:
    """A motion photo has a video behind the image."""
    content = encode(noise().convert("RGB"), "JPEG") + b"\xff\xda" * 1000
    assert int(COUNT(content)) == SIZE[0] * SIZE[1]


@pytest.mark.parametrize("start", [b"", b"\xff\xff", b"\xff\xd0", b"\xff\xe1\0\0", b"\xff\0"])
def test_a_header_that_decoders_read_differently_counts_every_scan(start: bytes) -> None:
    """Behind it a walk along the lengths would find a frame of one scan."""
    content = encode(noise().convert("RGB"), "JPEG", progressive=True)
    decoy = b"\xff\xc0\0\x0b\x08\0\1\0\1\1\1\x11\0\xff\xda\0\x08\1\1\0\0\x3f\0"
    hidden = b"\xff\xe5" + struct.pack(">H", len(decoy) + 2) + decoy
    last = content.rindex(b"\xff\xda")
    many = content[:2] + start + hidden + content[2:last] + content[last:-2] * 160 + b"\xff\xd9"
    try:
        assert int(COUNT(many)) >= 10 * SIZE[0] * SIZE[1]
    except tf.errors.InvalidArgumentError:
        assert start  # The decoder refuses it, too.


@pytest.mark.parametrize(
    "content",
    [
        b"", b"no image", b"\x89PNG\r\n\x1a\n", b"II*\0", b"\xff\x0a" + bytes(40),
        b"RIFF\0\0\0\0WEBP/" + bytes(40), b"\x89PNG\r\n\x1a\n\0\0\0\x01abCd" + bytes(40),
    ],
)  # fmt: skip
def test_other_content_has_no_format(content: bytes) -> None:
    assert int(COUNT(content)) == UNKNOWN_FORMAT


def test_a_cut_file_is_counted_or_refused() -> None:
    for name, (content, in_graph) in sorted(CASES.items()):
        for end in range(0, len(content), max(1, len(content) // 10)) if in_graph else ():
            try:
                count = int(COUNT(content[:end]))
            except tf.errors.InvalidArgumentError:
                assert "jpeg" in name
                continue
            assert count <= 2 * 64 * 48


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_texts_of_a_png_count_where_there_are_many(kind: bytes) -> None:
    """A decoder unpacks each to 8 MB at most."""
    content = encode(noise(), "PNG")

    def with_texts(count: int, size: int) -> bytes:
        return (
            content[:33] + (struct.pack(">I", size) + kind + bytes(size + 4)) * count + content[33:]
        )

    pixels = SIZE[0] * SIZE[1]
    assert [int(COUNT(with_texts(*each))) for each in [(3, 9_000), (200, 100)]] == [pixels] * 2
    assert int(COUNT(with_texts(100, 9_000))) == pixels + 97 * 8_000_000
