"""Count the scans of a JPEG, with TensorFlow operations."""

from typing import Any

import tensorflow as tf

_START_OF_SCAN = b"\xff\xda"
# A photo has about 20. A file with more is taken for one of several scans.
_MOST_SEGMENTS = 100
_FEW = 16


def jpeg_scans(encoded: Any) -> Any:
    """Count how often a decoder goes through the pixels of a JPEG.

    The pixels of a progressive JPEG are refined by one scan after the other. A file of 100 kB has
    room for thousands of empty scans, and each takes the decoder through the whole image.

    Args:
        encoded: Scalar `tf.string` tensor, the content of a JPEG file.

    Returns:
        Scalar `int32` tensor, at least 1. It is 1 for a file of one interleaved scan, whatever
        follows its image, such as the video of a motion photo.
    """
    # In compressed data a zero follows every 0xFF: these two bytes start a scan there.
    marks = tf.size(tf.strings.split(encoded, _START_OF_SCAN)) - 1
    return tf.cond(
        marks > _FEW,
        lambda: tf.where(_has_one_scan(encoded), 1, marks),
        lambda: tf.maximum(marks, 1),
    )


def _has_one_scan(encoded: Any) -> Any:
    """Return whether the first scan of a sequential JPEG holds all components."""

    def segment(position: Any) -> Any:
        start = tf.minimum(position, tf.strings.length(encoded))
        content = tf.strings.join([tf.strings.substr(encoded, start, 10), b"\0" * 10])
        return tf.cast(tf.io.decode_raw(content, tf.uint8)[:10], tf.int32)

    def goes_on(position: Any, components: Any) -> Any:
        head = segment(position)
        marker, is_segment = head[1], 256 * head[2] + head[3] >= 2
        # Up to the first scan. Decoders read padding and markers without a length in other ways.
        plain = tf.logical_or(
            tf.logical_and(marker >= 0xC0, marker < 0xD0),
            tf.logical_and(marker > 0xDA, marker < 0xFF),
        )
        return tf.reduce_all([head[0] == 0xFF, plain, is_segment])

    def skip(position: Any, components: Any) -> tuple[Any, Any]:
        head = segment(position)
        # Only the frames of sequential files count: 0 components fit no scan.
        is_frame = tf.logical_or(head[1] == 0xC0, head[1] == 0xC1)
        following = position + 2 + 256 * head[2] + head[3]
        return following, tf.where(is_frame, head[9], components)

    position, components = tf.while_loop(
        goes_on,
        skip,
        (tf.constant(2), tf.constant(0)),
        maximum_iterations=_MOST_SEGMENTS,
        parallel_iterations=1,
    )
    head = segment(position)
    is_scan = tf.logical_and(head[0] == 0xFF, head[1] == 0xDA)
    return tf.logical_and(is_scan, tf.logical_and(components > 0, head[4] == components))
