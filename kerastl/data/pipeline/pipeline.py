"""The `tf.data` pipelines behind a split: parallel, streaming, constant in memory."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import tensorflow as tf

from kerastl.data.images.decoding import averages, decode_as_stored, decode_opaque, resize
from kerastl.data.images.exif import turn_upright
from kerastl.data.images.inspection import BY_PILLOW
from kerastl.data.images.pictures import EncodedPictures, Pictures
from kerastl.data.images.pillow_decoding import decode_with_pillow
from kerastl.data.pipeline.epoch_seed import EpochSeed
from kerastl.data.pipeline.order import indices
from kerastl.data.pipeline.seeded_map import seeded_map


def stream_pixels(
    pictures: Pictures,
    labels: np.ndarray | None,
    image_size: tuple[int, int],
    batch_size: int,
    shuffle: bool,
    seed: int | EpochSeed,
    augmentation: Callable[..., Any] | None,
) -> Any:
    """Make the pipeline of `Split.pixels`."""
    height, width = image_size
    by_area = None
    if isinstance(pictures, EncodedPictures):
        read = _encoded_reader(pictures)
        by_area = _all_or_none(averages(pictures.headers["pixels"], image_size))
    else:
        read = _pixel_reader(pictures)

    def load(index: Any) -> Any:
        pixels = resize(read(index), (height, width), by_area=by_area)
        pixels = tf.ensure_shape(pixels, [height, width, 3])
        return pixels if labels is None else (pixels, tf.gather(labels, index))

    batches = indices(len(pictures), shuffle, seed).map(load, tf.data.AUTOTUNE).batch(batch_size)
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
    seed: int | EpochSeed,
) -> Any:
    """Make the pipeline of `Split.strings`."""
    # One tensor of all strings: a Python call for each text would cost more than the text.
    strings = tf.constant(list(texts), tf.string)

    def load(index: Any) -> Any:
        text = tf.gather(strings, index)
        return text if labels is None else (text, tf.gather(labels, index))

    batches = indices(len(texts), shuffle, seed).batch(batch_size).map(load)
    return batches.prefetch(2)


def _all_or_none(values: np.ndarray) -> bool | None:
    """Give the value that all share, or None."""
    return bool(values[0]) if len(values) and (values == values[0]).all() else None


def _encoded_reader(pictures: EncodedPictures) -> Callable[[Any], Any]:
    # A condition in the graph costs a tenth of decoding a small photo, so only those that these
    # pictures need are built.
    headers = pictures.headers
    decode = decode_opaque if headers["opaque"].all() else decode_as_stored
    some_by_pillow = (headers["orientation"] == BY_PILLOW).any()
    some_turned = (headers["orientation"] > 1).any()
    orientations = tf.constant(headers["orientation"].astype(np.int32))
    if pictures.in_files:
        paths = tf.constant([pictures[i] for i in range(len(pictures))], tf.string)

    def content(index: Any) -> Any:
        if pictures.in_files:
            return tf.io.read_file(tf.gather(paths, index))
        encoded = tf.numpy_function(pictures.content, [index], tf.string, stateful=False)
        return tf.ensure_shape(encoded, [])

    def by_pillow(index: int, encoded: bytes) -> np.ndarray:
        return decode_with_pillow(encoded, pictures.name(int(index)))

    def read(index: Any) -> Any:
        encoded, orientation = content(index), tf.gather(orientations, index)

        def by_tensorflow() -> Any:
            image = decode(encoded)
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


def _pixel_reader(pictures: Pictures) -> Callable[[Any], Any]:
    def read(index: Any) -> Any:
        pixels = tf.numpy_function(
            lambda i: np.ascontiguousarray(pictures[int(i)]), [index], tf.uint8, stateful=False
        )
        return tf.ensure_shape(pixels, [None, None, 3])

    return read


def find_unreadable(pictures: Pictures) -> list[tuple[str, str]]:
    """Do the work of `Split.unreadable`."""
    if not isinstance(pictures, EncodedPictures):
        return []

    def problem(index: int) -> str | None:
        try:
            content = pictures.content(index)
            if pictures.headers["orientation"][index] == BY_PILLOW:
                decode_with_pillow(content, pictures.name(index))
            else:
                decode_as_stored(tf.constant(content))
        except (OSError, ValueError, tf.errors.OpError) as error:
            return str(error)
        return None

    with ThreadPoolExecutor() as pool:
        problems = list(pool.map(problem, range(len(pictures))))
    return [(pictures.name(i), p) for i, p in enumerate(problems) if p is not None]
