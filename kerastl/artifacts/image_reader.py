"""Encoded pictures as raw input."""

from pathlib import Path
from typing import Any


class ImageReader:
    """Decode and resize pictures with the operations that training used.

    Args:
        image_size: `(height, width)` in pixels that the model takes.

    Example:

    ```python
    reader = ImageReader((224, 224))
    reader.read(tf.constant([Path("photo.jpg").read_bytes()]))["pixels"]  # (1, 224, 224, 3)
    ```
    """

    input_name = "image_bytes"

    def __init__(self, image_size: tuple[int, int]) -> None:
        self.image_size = image_size

    def read(self, raw: Any) -> dict[str, Any]:
        """Turn encoded pictures into `pixels`, float32 `(N, H, W, 3)`, whole numbers 0 to 255."""
        import tensorflow as tf

        from kerastl.data.decoding import decode_image, resize

        pixels = tf.map_fn(
            lambda encoded: resize(decode_image(encoded), self.image_size),
            raw,
            fn_output_signature=tf.TensorSpec((*self.image_size, 3), tf.float32),
        )
        return {"pixels": pixels}

    def trackables(self) -> list[Any]:
        """Name nothing: pictures need no tables."""
        return []

    def describe(self) -> dict[str, Any]:
        """Say how a receiver prepares `pixels` by itself."""
        from kerastl.data.decoding import AREA_ABOVE

        return {
            "kind": "image",
            "height": self.image_size[0],
            "width": self.image_size[1],
            "channels": "RGB",
            "range": [0, 255],
            "resize": "bilinear, half-pixel centres, no antialiasing, aspect ratio not kept; "
            "from more pixels than area_above times the new ones, the mean of areas; rounded",
            "area_above": AREA_ABOVE,
        }

    def save(self, directory: Path) -> None:
        """Write nothing: pictures need no files."""
