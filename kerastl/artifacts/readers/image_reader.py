"""Reader of encoded images."""

from pathlib import Path
from typing import Any

import numpy as np


class ImageReader:
    """Decodes and resizes images with the operations that training used.

    Args:
        image_size: `(height, width)` in pixels that the model takes.
        pixel_range: The values of black and white in PNG files; see `kerastl.data.decode_image`.
            Defaults to None: the range of a file's type.

    Example:

    ```python
    reader = ImageReader((224, 224))
    reader.read(tf.constant([Path("photo.jpg").read_bytes()]))["pixels"]  # (1, 224, 224, 3)
    ```
    """

    input_name = "image_bytes"

    def __init__(
        self, image_size: tuple[int, int], pixel_range: tuple[float, float] | None = None
    ) -> None:
        self.image_size = image_size
        self.pixel_range = pixel_range

    def read(self, raw: Any) -> dict[str, Any]:
        """Turn encoded images into `pixels`, float32 `(N, H, W, 3)`, whole numbers 0 to 255."""
        import tensorflow as tf

        from kerastl.data.images.decoding import decode_image, resize

        pixels = tf.map_fn(
            lambda encoded: resize(decode_image(encoded, self.pixel_range), self.image_size),
            raw,
            fn_output_signature=tf.TensorSpec((*self.image_size, 3), tf.float32),
        )
        return {"pixels": pixels}

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
        }

    def save(self, directory: Path) -> None:
        """Write nothing: images need no files."""


def _gradient(height: int, width: int) -> np.ndarray:
    rows, columns = np.linspace(0, 255, height), np.linspace(0, 255, width)
    planes = (np.tile(rows[:, None], width), np.tile(columns, (height, 1)))
    return np.stack([*planes, (planes[0] + planes[1]) / 2], axis=-1).astype(np.uint8)
