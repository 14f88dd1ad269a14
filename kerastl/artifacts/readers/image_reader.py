"""Reader of encoded images."""

from pathlib import Path
from typing import Any

import numpy as np

from kerastl.artifacts.readers.example_errors import check_no_errors
from kerastl.basics.arguments import check_count

MAX_PIXELS = 25_000_000
"""The default limit of the pixels of a raw image: photos of 24 megapixels are within it."""

# Images of a request that are decoded at the same time.
_PARALLEL = 4
# Keys of the outcomes of reading an image.
_FAILED, _READ, _UNKNOWN, _TOO_LARGE = range(4)


class ImageReader:
    """Decodes and resizes images with the operations that training used.

    Args:
        image_size: `(height, width)` in pixels that the model takes.
        pixel_range: The values of black and white in PNG files; see `kerastl.data.decode_image`.
            Defaults to None: the range of a file's type.
        max_pixels: The largest number of pixels of an image, all frames of a GIF counted. An image
            with more is an error, and is not decoded. Defaults to 25,000,000.

    Raises:
        ValueError: If `max_pixels` is not a whole number of at least 1.

    Example:

    ```python
    reader = ImageReader((224, 224))
    reader.read(tf.constant([Path("photo.jpg").read_bytes()]))["pixels"]  # (1, 224, 224, 3)
    ```
    """

    input_name = "image_bytes"

    def __init__(
        self,
        image_size: tuple[int, int],
        pixel_range: tuple[float, float] | None = None,
        max_pixels: int = MAX_PIXELS,
    ) -> None:
        check_count("max_pixels", max_pixels)
        self.image_size = image_size
        self.pixel_range = pixel_range
        self.max_pixels = int(max_pixels)

    def with_max_pixels(self, max_pixels: int) -> "ImageReader":
        """Return the same reader with another limit."""
        return ImageReader(self.image_size, self.pixel_range, max_pixels)

    def read(self, raw: Any) -> dict[str, Any]:
        """Turn encoded images into `pixels`, float32 `(N, H, W, 3)`, whole numbers 0 to 255.

        An image that cannot be read raises a `tf.errors.InvalidArgumentError` with its position.
        """
        inputs, errors = self.read_each(raw)
        return check_no_errors(errors, inputs)

    def read_each(self, raw: Any) -> tuple[dict[str, Any], Any]:
        """Turn encoded images into inputs as `read` does, and into errors.

        Args:
            raw: A `tf.string` tensor of shape `(N,)`.

        Returns:
            The inputs, and a `tf.string` tensor of shape `(N,)`: an error, or `""`. The pixels of
            an image with an error are 0.
        """
        import tensorflow as tf

        count = tf.size(raw, out_type=tf.int64)
        rows = tf.data.Dataset.from_tensor_slices((tf.range(count), raw))
        # There are no statements to convert to a graph, so looking for them would take time only.
        read_one = tf.autograph.experimental.do_not_convert(self._read_one)
        rows = rows.map(read_one, num_parallel_calls=_PARALLEL, deterministic=True)
        # A decoder's error ends a graph. Only a data set drops what fails and goes on.
        rows = rows.ignore_errors()
        # The row before them is there if all others were dropped.
        shape = (*self.image_size, 3)
        before = (count, tf.constant(_FAILED), tf.zeros(shape))
        rows = tf.data.Dataset.from_tensors(before).concatenate(rows).batch(count + 1)
        options = tf.data.Options()
        # They would rewrite the graph of every request.
        options.experimental_optimization.apply_default_optimizations = False
        options.autotune.enabled = False
        places, outcomes, pixels = rows.with_options(options).get_single_element()
        size = tf.shape(raw)[:1]
        places = places[1:, None]
        outcomes = tf.scatter_nd(places, outcomes[1:], tf.cast(size, tf.int64))
        pixels = tf.scatter_nd(places, pixels[1:], tf.cast(tf.concat([size, shape], 0), tf.int64))
        return {"pixels": pixels}, tf.gather(self._messages(), outcomes)

    def input_errors(self, inputs: dict[str, Any]) -> Any:
        """Return an error for each row of pixels that are not finite."""
        import tensorflow as tf

        is_finite = tf.reduce_all(tf.math.is_finite(inputs["pixels"]), axis=(1, 2, 3))
        return tf.where(is_finite, "", "The input pixels must be finite")

    def _read_one(self, place: Any, encoded: Any) -> tuple[Any, Any, Any]:
        import tensorflow as tf

        from kerastl.data.images.declared_pixels import UNKNOWN_FORMAT, declared_pixels
        from kerastl.data.images.decoding import decode_image, resize

        pixels = declared_pixels(encoded, self.max_pixels)
        outcome = tf.where(
            pixels == UNKNOWN_FORMAT,
            _UNKNOWN,
            tf.where(pixels > self.max_pixels, _TOO_LARGE, _READ),
        )
        image = tf.cond(
            outcome == _READ,
            lambda: resize(decode_image(encoded, self.pixel_range), self.image_size),
            lambda: tf.zeros((*self.image_size, 3)),
        )
        return place, outcome, tf.ensure_shape(image, (*self.image_size, 3))

    def _messages(self) -> Any:
        import tensorflow as tf

        failed = "The image cannot be decoded: it is damaged or incomplete"
        if self.pixel_range is not None:
            black, white = self.pixel_range
            failed += f", or has values outside the range from {black:g} to {white:g}"
        messages = {
            _FAILED: failed,
            _READ: "",
            _UNKNOWN: "The input must be a JPEG, PNG, GIF, BMP or WebP image",
            _TOO_LARGE: f"The image must have at most {self.max_pixels:,} pixels, all frames "
            "of a GIF counted",
        }
        return tf.constant([messages[key] for key in sorted(messages)])

    def places(self, raw: Any) -> dict[str, Any]:
        """Return nothing: the scores belong to the whole image."""
        return {}

    def samples(self) -> list[bytes]:
        """Draw a JPEG that is resized by area and a PNG that is resized by interpolation."""
        import tensorflow as tf

        height, width = self.image_size
        return [
            tf.io.encode_jpeg(_gradient(height * 3, width * 4), quality=50).numpy(),
            tf.io.encode_png(_gradient(height, width)).numpy(),
        ]

    def trackables(self) -> list[Any]:
        """Return nothing: images need no tables."""
        return []

    def describe(self) -> dict[str, Any]:
        """Describe how a program without TensorFlow prepares `pixels`."""
        from kerastl.data.images.decoding import AREA_ABOVE

        # The values of black and white in raw images. "range" is that of the tensor of pixels.
        raw_range = {} if self.pixel_range is None else {"pixel_range": list(self.pixel_range)}
        return {
            "kind": "image",
            "height": self.image_size[0],
            "width": self.image_size[1],
            "channels": "RGB",
            "range": [0, 255],
            **raw_range,
            "resize": "bilinear, half-pixel centres, no antialiasing, aspect ratio not kept; "
            "from more pixels than area_above times the new ones, the mean of areas; rounded",
            "area_above": AREA_ABOVE,
            "max_pixels": self.max_pixels,
        }

    def save(self, directory: Path) -> None:
        """Write nothing: images need no files."""


def _gradient(height: int, width: int) -> np.ndarray:
    rows, columns = np.linspace(0, 255, height), np.linspace(0, 255, width)
    planes = (np.tile(rows[:, None], width), np.tile(columns, (height, 1)))
    return np.stack([*planes, (planes[0] + planes[1]) / 2], axis=-1).astype(np.uint8)
