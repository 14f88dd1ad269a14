"""Read and apply the EXIF orientation of a JPEG with TensorFlow operations."""

from typing import Any

import tensorflow as tf

_HEADER_BYTES = 65_536 * 2
_ORIENTATION_TAG = 0x0112
# EXIF is in one of the first. 128 kB can hold 32,000 empty segments, each a step of a loop.
_MOST_SEGMENTS = 256


def jpeg_orientation(encoded: Any) -> Any:
    """Read the EXIF orientation of a JPEG.

    The function follows the JPEG segments up to the first EXIF segment. It reads tag 0x0112 of the
    first directory there (JEITA CP-3451, section 4.6.4).

    Args:
        encoded: Scalar `tf.string` tensor, the content of an image file of any format.

    Returns:
        Scalar `int32` tensor, 1 to 8. It is 1 (upright) if the image has no orientation tag.

    Example:
    >>> int(jpeg_orientation(tf.constant(b"not a JPEG")))
    1
    """
    return tf.cond(is_jpeg(encoded), lambda: _read_segments(encoded), lambda: tf.constant(1))


def is_jpeg(encoded: Any) -> Any:
    """Return whether an encoded image is a JPEG, by its first bytes.

    Args:
        encoded: Scalar `tf.string` tensor, the content of an image file of any format.

    Returns:
        Scalar boolean tensor.
    """
    return tf.strings.substr(encoded, 0, 2) == b"\xff\xd8"


def turn_upright(image: Any, orientation: Any) -> Any:
    """Turn an image upright by its EXIF orientation.

    Args:
        image: Tensor of shape `(height, width, channels)`.
        orientation: Scalar `int32` tensor, 1 to 8.

    Returns:
        Tensor of the same dtype. Height and width are swapped for orientations 5 to 8.
    """

    def turn() -> Any:
        swapped = tf.cond(orientation >= 5, lambda: tf.transpose(image, [1, 0, 2]), lambda: image)
        upside_down = tf.reduce_any(tf.equal(orientation, [3, 4, 7, 8]))
        mirrored = tf.reduce_any(tf.equal(orientation, [2, 3, 6, 7]))
        flipped = tf.cond(upside_down, lambda: tf.reverse(swapped, [0]), lambda: swapped)
        return tf.cond(mirrored, lambda: tf.reverse(flipped, [1]), lambda: flipped)

    return tf.cond(orientation == 1, lambda: image, turn)


def _read_segments(encoded: Any) -> Any:
    header = tf.cast(
        tf.io.decode_raw(tf.strings.substr(encoded, 0, _HEADER_BYTES), tf.uint8), tf.int32
    )
    length = tf.size(header)

    def at_other_segment(position: Any) -> Any:
        inside = position + 10 < length
        marker = header[tf.minimum(position + 1, length - 1)]
        is_application = tf.logical_and(marker >= 0xE0, marker <= 0xEF)
        return tf.logical_and(
            inside, tf.logical_and(is_application, tf.logical_not(_is_exif(encoded, position)))
        )

    def next_segment(position: Any) -> tuple[Any]:
        return (position + 2 + header[position + 2] * 256 + header[position + 3],)

    (position,) = tf.while_loop(
        at_other_segment, next_segment, (tf.constant(2),), maximum_iterations=_MOST_SEGMENTS
    )
    return tf.cond(
        _is_exif(encoded, position),
        lambda: _read_directory(header, position + 10),
        lambda: tf.constant(1),
    )


def _is_exif(encoded: Any, position: Any) -> Any:
    start = tf.minimum(position, tf.strings.length(encoded))
    segment = tf.strings.substr(encoded, start, 10)
    return tf.logical_and(
        tf.strings.substr(segment, 0, 2) == b"\xff\xe1",
        tf.strings.substr(segment, tf.minimum(4, tf.strings.length(segment)), 6) == b"Exif\0\0",
    )


def _read_directory(header: Any, start: Any) -> Any:
    # With zeros at the end, a truncated directory reads like one without the tag.
    tiff = tf.concat([header[start:], tf.zeros([16], tf.int32)], 0)
    big_endian = tiff[0] == ord("M")

    def short(position: Any) -> Any:
        first, second = tf.gather(tiff, position), tf.gather(tiff, position + 1)
        return tf.where(big_endian, first * 256 + second, second * 256 + first)

    last = tf.size(tiff) - 2
    directory = tf.minimum(tf.where(big_endian, short(6), short(4)), last)
    entries = tf.minimum(short(directory), (last - 10 - directory) // 12)
    positions = directory + 2 + 12 * tf.range(tf.maximum(entries, 0))
    found = tf.boolean_mask(positions, short(positions) == _ORIENTATION_TAG)
    value = tf.cond(tf.size(found) > 0, lambda: short(found[0] + 8), lambda: tf.constant(1))
    return tf.where(tf.logical_and(value >= 1, value <= 8), value, 1)
