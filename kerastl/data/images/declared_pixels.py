"""Read from the header of an encoded image how many pixels its decoder will compute.

A header of a few bytes can declare billions of pixels, and a small file can hold them: a PNG or GIF
of one colour shrinks to a thousandth. A served model therefore counts before it decodes.
"""

from typing import Any

import tensorflow as tf

from kerastl.data.images.gif_frames import gif_pixels
from kerastl.data.images.jpeg_scans import jpeg_scans

UNKNOWN_FORMAT = -1
"""The number of pixels of content that has none of the formats."""

_HEADER = 32
# Encoders write 10 to 13 scans at most. A decoder goes through all pixels for each.
_SCANS = 16
# The texts of a PNG are unpacked with it: title, software and the like, a few hundred bytes.
_MOST_TEXT = 8_000_000
_FREE_TEXT = 3 * _MOST_TEXT


def declared_pixels(encoded: Any, limit: int = 2**40) -> Any:
    """Count the pixels that TensorFlow computes to decode an image.

    This is the width times the height. All frames of a GIF count, because its decoder reads them
    all. A JPEG counts once for every 16 scans. A PNG counts what its texts unpack to, beyond 24 MB.

    Args:
        encoded: Scalar `tf.string` tensor, the content of an image file.
        limit: Counting may stop at more pixels than these. Defaults to `2**40`.

    Returns:
        Scalar `int64` tensor. It is `UNKNOWN_FORMAT` for content that is not a JPEG, PNG, GIF, BMP
        or WebP, and 0 or less for a header without a size.

    Raises:
        tf.errors.InvalidArgumentError: If the header of a JPEG is damaged.

    Example:
    >>> import tensorflow as tf
    >>> int(declared_pixels(tf.io.encode_png(tf.zeros([4, 6, 3], tf.uint8))))
    24
    """
    head = tf.strings.join([tf.strings.substr(encoded, 0, _HEADER), b"\0" * _HEADER])
    header = tf.cast(tf.io.decode_raw(head, tf.uint8)[:_HEADER], tf.int64)
    header = tf.ensure_shape(header, [_HEADER])

    def starts(mark: bytes, at: int = 0) -> Any:
        return tf.reduce_all(header[at : at + len(mark)] == list(mark))

    is_png = tf.logical_and(starts(b"\x89PNG\r\n\x1a\n"), starts(b"IHDR", 12))
    kinds = [starts(b"WEBP" + kind, 8) for kind in (b"VP8 ", b"VP8L", b"VP8X")]
    is_webp = tf.logical_and(starts(b"RIFF"), tf.reduce_any(kinds))

    formats = [
        (starts(b"\xff\xd8\xff"), lambda: _jpeg(encoded)),
        (is_png, lambda: _png(header) + _png_text(encoded)),
        (starts(b"GIF8"), lambda: gif_pixels(encoded, limit)),
        (starts(b"BM"), lambda: _bmp(header)),
        (is_webp, lambda: _webp(header)),
        # A decoder looks further for a size that is not here: such content is no image.
        (tf.constant(True), lambda: tf.constant(UNKNOWN_FORMAT, tf.int64)),
    ]
    index = tf.argmax(tf.cast([is_this for is_this, _ in formats], tf.int32), output_type=tf.int32)
    return tf.switch_case(index, [pixels for _, pixels in formats])


def _jpeg(encoded: Any) -> Any:
    shape = tf.image.extract_jpeg_shape(encoded, output_type=tf.int32)
    passes = (jpeg_scans(encoded) + _SCANS - 1) // _SCANS
    return _product(shape[0], shape[1]) * tf.cast(passes, tf.int64)


def _png(header: Any) -> Any:
    return _product(_number(header[19:15:-1]), _number(header[23:19:-1]))


def _png_text(encoded: Any) -> Any:
    """Return the bytes that compressed texts in a PNG may unpack to, those of a usual file free."""
    total = tf.constant(-_FREE_TEXT, tf.int64)
    for mark in (b"zTXt", b"iTXt"):
        before = tf.strings.split(encoded, mark)[:-1]
        length = tf.strings.substr(before, -4, 4)
        packed = tf.cast(tf.io.decode_raw(length, tf.int32, little_endian=False), tf.int64)
        # A packed byte gives 1,032 bytes at most, and the decoder stops at 8 million.
        unpacked = tf.where(packed < 0, tf.constant(_MOST_TEXT, tf.int64), packed * 1032)
        total += tf.reduce_sum(tf.minimum(unpacked, _MOST_TEXT))
    return tf.maximum(total, 0)


def _bmp(header: Any) -> Any:
    # A negative height means that the first row is at the top.
    width, height = _number(header[18:22]), _number(header[22:26])
    return _product(width, tf.where(height >= 2**31, 2**32 - height, height))


def _webp(header: Any) -> Any:
    # https://developers.google.com/speed/webp/docs/riff_container
    kind = header[15]
    lossy = _product(_number(header[26:28]) % 2**14, _number(header[28:30]) % 2**14)
    packed = _number(header[21:25])
    lossless = _product(packed % 2**14 + 1, packed // 2**14 % 2**14 + 1)
    extended = _product(_number(header[24:27]) + 1, _number(header[27:30]) + 1)
    return tf.where(kind == ord("X"), extended, tf.where(kind == ord("L"), lossless, lossy))


def _number(little_endian: Any) -> Any:
    size = little_endian.shape[0]
    return tf.reduce_sum(little_endian * [256**place for place in range(size)])


def _product(width: Any, height: Any) -> Any:
    return tf.cast(width, tf.int64) * tf.cast(height, tf.int64)
