"""Draw and encode small images for tests."""

import io
from typing import Any

import numpy as np
from PIL import Image


def colourful(height: int = 48, width: int = 64, seed: int = 0) -> Image.Image:
    """An image of large blocks, which JPEG keeps well."""
    blocks = np.random.default_rng(seed).integers(0, 256, (height // 16, width // 16, 3), np.uint8)
    return Image.fromarray(np.kron(blocks, np.ones((16, 16, 1), np.uint8)))


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()
