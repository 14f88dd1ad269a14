"""From the bytes of an image to pixels, with TensorFlow operations only.

Training and the exported SavedModel call these same functions, so a deployed model sees the
pixels that it was trained on.
"""

from typing import Any

import tensorflow as tf

from kerastl.data.images.exif import jpeg_orientation, turn_upright

AREA_ABOVE = 4
"""Pixels for each new one from which an image is shrunk by the mean of areas."""


def decode_image(encoded: Any) -> Any:
    """Decode one JPEG, PNG, BMP or GIF (WebP where TensorFlow reads it) to upright RGB.

    Grey becomes RGB, CMYK is converted, 16-bit channels keep their high byte, an animation gives
    its first frame, transparency is composited on white, and a JPEG's EXIF orientation is applied.

    Args:
        encoded: Scalar `tf.string` tensor, the content of an image file.

    Returns:
        `uint8` tensor of shape `(height, width, 3)`.

    Example:
    >>> import tensorflow as tf
    >>> encoded = tf.io.encode_png(tf.zeros([4, 6, 3], tf.uint8))
    >>> decode_image(encoded).shape
    TensorShape([4, 6, 3])
    """
    return turn_upright(decode_as_stored(encoded), jpeg_orientation(encoded))


def decode_as_stored(encoded: Any) -> Any:
    """Decode one image to RGB without looking for an EXIF orientation.

    Args:
        encoded: Scalar `tf.string` tensor, the content of an image file.

    Returns:
        `uint8` tensor of shape `(height, width, 3)`.
    """
    image = tf.io.decode_image(encoded, channels=0, expand_animations=False)
    image = tf.ensure_shape(image, [None, None, None])
    rgb = tf.cond(tf.shape(image)[2] == 3, lambda: image, lambda: _to_rgb(image, encoded))
    return tf.ensure_shape(rgb, [None, None, 3])


def decode_opaque(encoded: Any) -> Any:
    """Decode one image that has no transparency, without looking for any.

    Args:
        encoded: Scalar `tf.string` tensor, the content of an image file.

    Returns:
        `uint8` tensor of shape `(height, width, 3)`.
    """
    image = tf.io.decode_image(encoded, channels=3, expand_animations=False)
    return tf.ensure_shape(image, [None, None, 3])


def averages(pixels: Any, size: tuple[int, int]) -> Any:
    """Say whether `resize` takes the mean of areas for an image of so many pixels.

    Args:
        pixels: Height times width; a number, an array or a tensor.
        size: Target `(height, width)` in pixels.

    Returns:
        A truth value, or an array or tensor of them.
    """
    return pixels > AREA_ABOVE * size[0] * size[1]


def resize(image: Any, size: tuple[int, int], *, by_area: bool | None = None) -> Any:
    """Resize an image to whole-number pixels.

    Bilinear interpolation reads four pixels for each one that it makes. Where the image has
    more than that, it would skip some and alias, and each new pixel is the mean of its area
    instead.

    The aspect ratio is not kept. Values are rounded, so that an artifact that takes `uint8` is
    fed exactly what the model was trained on.

    Args:
        image: Tensor of shape `(height, width, 3)`, values 0 to 255.
        size: Target `(height, width)` in pixels.
        by_area: What `averages` says, where the caller knows it and saves the graph a condition.
            Defaults to looking at the image.

    Returns:
        `float32` tensor of shape `(*size, 3)`, whole numbers 0 to 255.
    """
    if by_area is not None:
        return tf.round(tf.image.resize(image, size, method="area" if by_area else "bilinear"))
    image = tf.convert_to_tensor(image)
    return tf.cond(
        averages(tf.size(image) // 3, size),
        lambda: resize(image, size, by_area=True),
        lambda: resize(image, size, by_area=False),
    )


def _to_rgb(image: Any, encoded: Any) -> Any:
    channels = tf.shape(image)[2]
    rgb = tf.cond(channels == 4, lambda: image[..., :3], lambda: tf.repeat(image[..., :1], 3, 2))
    # The fourth byte of a BMP is padding and usually zero: as alpha it would hide the image.
    is_bmp = tf.strings.substr(encoded, 0, 2) == b"BM"
    has_alpha = tf.logical_and(channels % 2 == 0, tf.logical_not(is_bmp))
    return tf.cond(has_alpha, lambda: _on_white(rgb, image[..., -1:]), lambda: rgb)


def _on_white(rgb: Any, alpha: Any) -> Any:
    colour, opacity = tf.cast(rgb, tf.float32), tf.cast(alpha, tf.float32) / 255.0
    return tf.cast(tf.round(255.0 - (255.0 - colour) * opacity), tf.uint8)
