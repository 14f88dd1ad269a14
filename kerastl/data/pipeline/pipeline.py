"""The `tf.data` pipelines of a split: parallel, with constant memory."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import tensorflow as tf

from kerastl.basics.utf8 import check_utf8
from kerastl.data.images.decoding import (
    decode_as_stored,
    decode_in_range,
    decode_opaque,
    resize,
    shrinks_by_area,
)
from kerastl.data.images.encoded_images import EncodedImages, Images
from kerastl.data.images.exif import turn_upright
from kerastl.data.images.inspection import BY_PILLOW
from kerastl.data.images.pillow_decoding import decode_with_pillow
from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.data.pipeline.order import indices
from kerastl.data.pipeline.seeded_map import seeded_map


def stream_pixels(
    images: Images,
    labels: np.ndarray | None,
    image_size: tuple[int, int],
    batch_size: int,
    shuffle: bool,
    seed: int | EpochSampler,
    augmentation: Callable[..., Any] | None,
) -> Any:
    """Return the pipeline of `Split.pixels`; see its arguments."""
    height, width = image_size
    by_area = None
    if isinstance(images, EncodedImages):
        read = _encoded_reader(images)
        by_area = _all_or_none(shrinks_by_area(images.headers["pixels"], image_size))
    else:
        read = _pixel_reader(images)

    def load(index: Any) -> Any:
        pixels = resize(read(index), (height, width), by_area=by_area)
        pixels = tf.ensure_shape(pixels, [height, width, 3])
        return pixels if labels is None else (pixels, tf.gather(labels, index))

    batches = indices(len(images), shuffle, seed).map(load, tf.data.AUTOTUNE).batch(batch_size)
    if augmentation is not None:

        def augment(pixels: Any, *rest: Any) -> Any:
            changed = tf.clip_by_value(augmentation(pixels, training=True), 0.0, 255.0)
            return (changed, *rest) if rest else changed

        batches = seeded_map(batches, augment, seed, "augmentation")
    return batches.prefetch(2)


def stream_strings(
    texts: Sequence[str],
    labels: np.ndarray | None,
    batch_size: int,
    shuffle: bool,
    seed: int | EpochSampler,
) -> Any:
    """Return the pipeline of `Split.strings`; see its arguments."""
    check_utf8(texts, "text {}".format)
    # One tensor of all strings, because a Python call for each text is slow.
    strings = tf.constant(list(texts), tf.string)

    def load(index: Any) -> Any:
        text = tf.gather(strings, index)
        return text if labels is None else (text, tf.gather(labels, index))

    batches = indices(len(texts), shuffle, seed).batch(batch_size).map(load)
    return batches.prefetch(2)


def _all_or_none(values: np.ndarray) -> bool | None:
    """Return the value that all elements share, or None."""
    return bool(values[0]) if len(values) and (values == values[0]).all() else None


def _encoded_reader(images: EncodedImages) -> Callable[[Any], Any]:
    # A condition in the graph costs a tenth of decoding a small photo, so the graph has only the
    # conditions that these images need.
    headers = images.headers
    decode = decode_opaque if headers["opaque"].all() else decode_as_stored
    ranges = None if images.pixel_range is None else tf.constant(headers["range"])
    some_by_pillow = (headers["orientation"] == BY_PILLOW).any()
    some_turned = (headers["orientation"] > 1).any()
    orientations = tf.constant(headers["orientation"].astype(np.int32))
    if images.in_files:
        paths = tf.constant([images[i] for i in range(len(images))], tf.string)

    def content(index: Any) -> Any:
        if images.in_files:
            return tf.io.read_file(tf.gather(paths, index))
        encoded = tf.numpy_function(images.content, [index], tf.string, stateful=False)
        return tf.ensure_shape(encoded, [])

    def by_pillow(index: int, encoded: bytes) -> np.ndarray:
        name, pixel_range = images.name(int(index)), images.range_of(int(index))
        return decode_with_pillow(encoded, name, pixel_range)

    def read(index: Any) -> Any:
        encoded, orientation = content(index), tf.gather(orientations, index)

        def by_tensorflow() -> Any:
            if ranges is None:
                image = decode(encoded)
            else:
                image = decode_in_range(encoded, tf.gather(ranges, index))
            return turn_upright(image, orientation) if some_turned else image

        if not some_by_pillow:
            return by_tensorflow()
        pixels = tf.cond(
            orientation == BY_PILLOW,
            lambda: tf.numpy_function(by_pillow, [index, encoded], tf.uint8, stateful=False),
            by_tensorflow,
        )
        return tf.ensure_shape(pixels, [None, None, 3])

    return read


def _pixel_reader(images: Images) -> Callable[[Any], Any]:
    def read(index: Any) -> Any:
        pixels = tf.numpy_function(
            lambda i: np.ascontiguousarray(images[int(i)]), [index], tf.uint8, stateful=False
        )
        return tf.ensure_shape(pixels, [None, None, 3])

    return read


def find_unreadable(images: Images) -> list[tuple[str, str]]:
    """Decode every image and list those that cannot be decoded; see `Split.unreadable`."""
    if not isinstance(images, EncodedImages):
        return []

    def problem(index: int) -> str | None:
        try:
            content = images.content(index)
            if images.headers["orientation"][index] == BY_PILLOW:
                decode_with_pillow(content, images.name(index), images.range_of(index))
            else:
                decode_in_range(tf.constant(content), tf.constant(images.headers["range"][index]))
        except (OSError, ValueError, tf.errors.OpError) as error:
            return str(error)
        return None

    with ThreadPoolExecutor() as pool:
        problems = list(pool.map(problem, range(len(images))))
    return [(images.name(i), p) for i, p in enumerate(problems) if p is not None]
