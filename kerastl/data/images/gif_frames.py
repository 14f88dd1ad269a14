"""Count the pixels of all frames of a GIF, with TensorFlow operations."""

from typing import Any, NamedTuple

import tensorflow as tf

# Bytes that are followed at a time.
_WINDOW = 16_384
# Blocks of full length that are passed at a time, at most and at least.
_MANY, _SOME = 16_384, 16
# An image descriptor and the byte after it.
_DESCRIPTOR = 12
_FRAME, _EXTENSION = 0x2C, 0x21
# A position behind every end of a file.
_NOWHERE = 2**31 - 1
_ENDLESS = 2**62


def gif_pixels(encoded: Any, limit: int) -> Any:
    """Count the pixels of all frames of a GIF, or of its canvas if that has more.

    A GIF is a chain of blocks, each with its length in front. Following it takes one step for each
    block, up to half a million in 1 MB. Usual files are runs of blocks of 255 bytes, which are
    passed in one step. Elsewhere all positions of a window jump at the same time, and each round
    doubles the length of the jumps: 16 kB take 15 rounds at most.

    Source: GIF89a specification; blocks are read as giflib does, TensorFlow's decoder.

    Args:
        encoded: Scalar `tf.string` tensor, the content of a GIF file.
        limit: Counting stops at more pixels than these.

    Returns:
        Scalar `int64` tensor: the sum of the sizes of all frames, or the largest width times the
        largest height if that is more. A file with an empty extension counts as endless, because
        decoders do not agree on how it continues.
    """
    content = tf.io.decode_raw(tf.strings.join([encoded, b"\0" * 13]), tf.uint8)
    packed = tf.cast(content[10], tf.int32)
    # The first record is read like one that follows the end of another.
    first = tf.io.decode_raw(b"\0", tf.uint8)
    content = tf.concat([first, content[13 + _table_bytes(packed) :]], 0)
    size = tf.size(content)

    def goes_on(position: Any, area: Any, width: Any, height: Any) -> Any:
        return tf.logical_and(position < size, area <= limit)

    def follow(position: Any, area: Any, width: Any, height: Any) -> tuple[Any, Any, Any, Any]:
        # A block takes 256 bytes with its length.
        full = tf.cast(content[position : position + 256 * _MANY : 256] == 255, tf.int32)
        run = tf.reduce_sum(tf.math.cumprod(full))
        zero = tf.constant(0, tf.int64)
        found = tf.cond(
            run >= _SOME,
            lambda: _Found(position + 256 * run, zero, zero, zero, tf.constant(False)),
            lambda: _follow(content, position),
        )
        area = tf.where(found.endless, tf.constant(_ENDLESS, tf.int64), area + found.area)
        return (
            found.position,
            area,
            tf.maximum(width, found.width),
            tf.maximum(height, found.height),
        )

    zero = tf.constant(0, tf.int64)
    _, area, width, height = tf.while_loop(
        goes_on, follow, (tf.constant(0), zero, zero, zero), parallel_iterations=1
    )
    return tf.maximum(area, width * height)


class _Found(NamedTuple):
    """What a part of the chain holds.

    Attributes:
        position: Where the chain goes on, beyond the end of the file if it ends here.
        area: The sum of the sizes of the frames that start here.
        width: The largest width of these frames.
        height: The largest height of these frames.
        endless: Whether an empty extension starts here.
    """

    position: Any
    area: Any
    width: Any
    height: Any
    endless: Any


def _follow(content: Any, position: Any) -> _Found:
    """Follow the chain from a position to the end of its window."""
    part = tf.cast(content[position : position + _WINDOW + _DESCRIPTOR], tf.int32)
    count = tf.minimum(tf.size(part), _WINDOW)
    part = tf.pad(part, [[0, _DESCRIPTOR]])
    here, length = tf.range(count), part[:count]
    # A block of length 0 ends a record, and the next record follows.
    ends = tf.where(length == 0)
    kind = tf.gather_nd(part, ends + 1)
    record = tf.cast(ends[:, 0], tf.int32) + tf.where(
        kind == _FRAME, _DESCRIPTOR + _table_bytes(tf.gather_nd(part, ends + 10)), 3
    )
    is_record = tf.logical_or(kind == _FRAME, kind == _EXTENSION)
    record = tf.where(is_record, record, _NOWHERE)
    following = tf.tensor_scatter_nd_update(here + 1 + length, ends, record)
    # A jump that leaves the window stays where it starts.
    jumps = tf.where(following < count, following, here)

    def grows(jumps: Any, reached: Any) -> Any:
        return jumps[0] != jumps[jumps[0]]

    def double(jumps: Any, reached: Any) -> tuple[Any, Any]:
        reached = tf.concat([reached, tf.gather(jumps, reached)], 0)
        return tf.gather(jumps, jumps), reached

    jumps, reached = tf.while_loop(
        grows,
        double,
        (jumps, tf.zeros([1], tf.int32)),
        shape_invariants=(tf.TensorShape([None]), tf.TensorShape([None])),
        parallel_iterations=1,
    )
    # The last jumps reach the rest of the chain.
    reached = tf.concat([reached, tf.gather(jumps, reached)], 0)
    reached, _ = tf.unique(tf.boolean_mask(reached, tf.gather(length, reached) == 0))
    kind = tf.gather(part, reached + 1)
    frames = tf.boolean_mask(reached, kind == _FRAME)
    extensions = tf.boolean_mask(reached, kind == _EXTENSION)
    left = tf.gather(following, jumps[0])

    def number(at: int) -> Any:
        low, high = tf.gather(part, frames + at), tf.gather(part, frames + at + 1)
        return tf.cast(low + 256 * high, tf.int64)

    widths, heights = number(6), number(8)
    return _Found(
        position=tf.where(left < _NOWHERE, position + left, _NOWHERE),
        area=tf.reduce_sum(widths * heights),
        # Without frames the maximum would be the smallest number.
        width=tf.maximum(tf.reduce_max(widths), 0),
        height=tf.maximum(tf.reduce_max(heights), 0),
        endless=tf.reduce_any(tf.gather(part, extensions + 3) == 0),
    )


def _table_bytes(packed: Any) -> Any:
    """Return the bytes of the colour table that a packed field declares."""
    return tf.where(packed >= 128, 3 * 2 ** (packed % 8 + 1), 0)
