"""Decode and resize images with TensorFlow operations only.

Training and the exported SavedModel call the same functions, so a deployed model gets the pixels
that it was trained on.
"""

from typing import Any

import tensorflow as tf

from kerastl.data.images.exif import is_jpeg, jpeg_orientation, turn_upright
from kerastl.data.images.pixel_range import PixelRange, scale

AREA_ABOVE = 4
"""`resize` averages areas if the image has more than this many pixels for each new pixel."""


def decode_image(encoded: Any, pixel_range: PixelRange | None = None) -> Any:
    """Decode a JPEG, PNG, BMP or GIF (and WebP if TensorFlow supports it) to upright RGB.

    Grey and CMYK are converted to RGB. 16-bit channels keep their high byte. An animation gives its
    first frame. Transparency is composited on white. The EXIF orientation of a JPEG is applied. The
    pixels of a JPEG are those that Pillow decodes.

    Args:
        encoded: Scalar `tf.string` tensor, the content of an image file.
        pixel_range: The values of black and white in PNG files, such as `(0, 4095)` for 12 bits.
            A PNG of 8 bits with a value outside the range is read as 0 to 255, and one of 16 bits
            is an error. Other formats are always read as 0 to 255. Defaults to None: the range of
            the file's type.

    Returns:
        `uint8` tensor of shape `(height, width, 3)`.

    Example:
    >>> import tensorflow as tf
    >>> encoded = tf.io.encode_png(tf.zeros([4, 6, 3], tf.uint8))
    >>> decode_image(encoded).shape
    TensorShape([4, 6, 3])
    """
    if pixel_range is None:
        image = decode_as_stored(encoded)
    else:
        image = decode_in_range(encoded, tf.constant(pixel_range, tf.float32))
    return turn_upright(image, jpeg_orientation(encoded))


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


def decode_in_range(encoded: Any, pixel_range: Any) -> Any:
    """Decode an image to RGB like `decode_as_stored`, with a range of values for PNG.

    Args:
        encoded: Scalar `tf.string` tensor, the content of an image file.
        pixel_range: `float32` tensor, the values of black and white. If they are equal, the range
            is that of the file's type.

    Returns:
        `uint8` tensor of shape `(height, width, 3)`.
    """
    has_range = pixel_range[0] < pixel_range[1]
    is_png = tf.strings.substr(encoded, 0, 8) == b"\x89PNG\r\n\x1a\n"
    return tf.cond(
        tf.logical_and(has_range, is_png),
        lambda: _png_in_range(encoded, pixel_range[0], pixel_range[1]),
        lambda: decode_as_stored(encoded),
    )


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


def _png_in_range(encoded: Any, black: Any, white: Any) -> Any:
    # The bit depth follows the signature, the head of the first chunk, width and height.
    is_deep = tf.strings.substr(encoded, 24, 1) == b"\x10"
    values = tf.cast(tf.io.decode_png(encoded, channels=0, dtype=tf.uint16), tf.float32)
    channels = tf.shape(values)[2]
    # TensorFlow widens 8 bits to 16 by a factor of 257.
    stored = tf.cond(is_deep, lambda: values, lambda: values / 257.0)
    eight_bits = tf.cond(is_deep, lambda: tf.floor(values / 256.0), lambda: stored)
    colours = stored[..., : channels - (1 - channels % 2)]
    scaled = scale(colours, black, white)
    outside = tf.logical_or(tf.reduce_min(scaled) < -0.5, tf.reduce_max(scaled) > 255.5)
    tf.debugging.Assert(
        tf.logical_not(tf.logical_and(is_deep, outside)),
        ["Pixels are outside the range of `pixel_range`:", black, white],
    )
    misfit = tf.logical_or(tf.logical_or(black < 0.0, white > 255.0), outside)
    by_type = tf.logical_and(tf.logical_not(is_deep), misfit)
    colours = tf.cond(
        by_type,
        lambda: eight_bits[..., : tf.shape(colours)[2]],
        lambda: tf.clip_by_value(tf.round(scaled), 0.0, 255.0),
    )
    rgb = tf.cond(
        tf.shape(colours)[2] == 3, lambda: colours, lambda: tf.repeat(colours[..., :1], 3, 2)
    )
    rgb = tf.cast(rgb, tf.uint8)
    return tf.ensure_shape(
        tf.cond(channels % 2 == 0, lambda: _on_white(rgb, eight_bits[..., -1:]), lambda: rgb),
        [None, None, 3],
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
