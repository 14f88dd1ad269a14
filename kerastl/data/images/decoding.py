"""Decode and resize images with TensorFlow operations only.

Training and the exported SavedModel call the same functions, so a deployed model gets the pixels
that it was trained on.
"""

from typing import Any

import tensorflow as tf

from kerastl.data.images.exif import is_jpeg, jpeg_orientation, turn_upright

AREA_ABOVE = 4
"""`resize` averages areas if the image has more than this many pixels for each new pixel."""


def decode_image(encoded: Any) -> Any:
    """Decode a JPEG, PNG, BMP or GIF (and WebP if TensorFlow supports it) to upright RGB.

    Grey and CMYK are converted to RGB. 16-bit channels keep their high byte. An animation gives its
    first frame. Transparency is composited on white. The EXIF orientation of a JPEG is applied. The
    pixels of a JPEG are those that Pillow decodes.

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
    """Decode an image to RGB without applying its EXIF orientation.

    Args:
        encoded: Scalar `tf.string` tensor, the content of an image file.

    Returns:
        `uint8` tensor of shape `(height, width, 3)`.
    """

    def by_format() -> Any:
        image = tf.io.decode_image(encoded, channels=0, expand_animations=False)
        image = tf.ensure_shape(image, [None, None, None])
        return tf.cond(tf.shape(image)[2] == 3, lambda: image, lambda: _to_rgb(image, encoded))

    rgb = tf.cond(is_jpeg(encoded), lambda: decode_opaque(encoded), by_format)
    return tf.ensure_shape(rgb, [None, None, 3])


def decode_opaque(encoded: Any) -> Any:
    """Decode a JPEG, or a PNG without transparency, to RGB, faster than `decode_as_stored`.

    Args:
        encoded: Scalar `tf.string` tensor, the content of a JPEG or PNG file.

    Returns:
        `uint8` tensor of shape `(height, width, 3)`.
    """
    # `decode_image` has no `dct_method`, and its default is a fast transform that is up to three
    # grey levels off. Pillow and phones use the accurate one. The operation also decodes PNG.
    image = tf.io.decode_jpeg(encoded, channels=3, dct_method="INTEGER_ACCURATE")
    return tf.ensure_shape(image, [None, None, 3])


def shrinks_by_area(pixels: Any, size: tuple[int, int]) -> Any:
    """Return whether `resize` averages areas for an image of this size.

    Args:
        pixels: Height times width of the image: a number, an array or a tensor.
        size: Target `(height, width)` in pixels.

    Returns:
        A boolean, or an array or tensor of booleans.
    """
    return pixels > AREA_ABOVE * size[0] * size[1]


def resize(image: Any, size: tuple[int, int], *, by_area: bool | None = None) -> Any:
    """Resize an image and round its values to whole numbers.

    Resizing is bilinear. Bilinear interpolation reads four pixels for each new pixel. If the image
    has more than four, some would be skipped and the result would alias. Each new pixel is then the
    mean of its area.

    The aspect ratio is not kept. Values are rounded, so that an artifact with `uint8` input gets
    exactly the values that the model was trained on.

    Args:
        image: Tensor of shape `(height, width, 3)`, values 0 to 255.
        size: Target `(height, width)` in pixels.
        by_area: Whether to average areas, the value of `shrinks_by_area`. Pass it to save a
            condition in the graph. Defaults to None: computed from the image.

    Returns:
        `float32` tensor of shape `(*size, 3)`, whole numbers 0 to 255.
    """
    if by_area is not None:
        return tf.round(tf.image.resize(image, size, method="area" if by_area else "bilinear"))
    image = tf.convert_to_tensor(image)
    return tf.cond(
        shrinks_by_area(tf.size(image) // 3, size),
        lambda: resize(image, size, by_area=True),
        lambda: resize(image, size, by_area=False),
    )


def _to_rgb(image: Any, encoded: Any) -> Any:
    channels = tf.shape(image)[2]
    rgb = tf.cond(channels == 4, lambda: image[..., :3], lambda: tf.repeat(image[..., :1], 3, 2))
    # The fourth byte of a BMP is padding and usually zero: as opacity it would hide the image.
    is_bmp = tf.strings.substr(encoded, 0, 2) == b"BM"
    has_alpha = tf.logical_and(channels % 2 == 0, tf.logical_not(is_bmp))
    return tf.cond(has_alpha, lambda: _on_white(rgb, image[..., -1:]), lambda: rgb)


def _on_white(rgb: Any, alpha: Any) -> Any:
    colour, opacity = tf.cast(rgb, tf.float32), tf.cast(alpha, tf.float32) / 255.0
    return tf.cast(tf.round(255.0 - (255.0 - colour) * opacity), tf.uint8)
