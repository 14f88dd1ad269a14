"""Read each image once: its hash, its size, and a small grey copy to compare it by."""

from __future__ import annotations

import hashlib
import io
import os
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from kerastl.data.images.encoded_images import EncodedImages, Images, PixelImages
from kerastl.data.images.opening import open_image

SIDE = 16
"""Width and height of the grey copy."""
_ONE_MORE = SIDE + 1


@dataclass(frozen=True)
class ImageFacts:
    """What was read of each image.

    Attributes:
        digests: Hash of each image's file or pixels, or an empty string if it cannot be read.
        sizes: Width and height in pixels, as stored, shape `(images, 2)`; 0 if unreadable.
        grey: Grey copies of 16 x 17 pixels, `uint8` of shape `(images, 16, 17)`.
        problems: Reason why an image cannot be read, by its position.
    """

    digests: list[str]
    sizes: np.ndarray
    grey: np.ndarray
    problems: dict[int, str]

    @property
    def hashes(self) -> np.ndarray:
        """Difference hash of each image: whether brightness rises to the right, at 256 places.

        Booleans of shape `(images, 256)`. Resizing and compression change few of them.
        """
        rises = self.grey[:, :, 1:] > self.grey[:, :, :-1]
        return rises.reshape(len(rises), SIDE * SIDE)


def read_facts(images: Images, tick: Callable[[], None] = lambda: None) -> ImageFacts:
    """Read all images in parallel.

    Args:
        images: The images.
        tick: Called after each image. Defaults to nothing.

    Returns:
        The facts. An image that has vanished or is damaged is one of `problems`.
    """
    grey = np.zeros((len(images), SIDE, _ONE_MORE), np.uint8)
    sizes = np.zeros((len(images), 2), np.int64)
    digests = [""] * len(images)
    problems: dict[int, str] = {}

    def look(index: int) -> None:
        try:
            digests[index], sizes[index], grey[index] = _look(images, index)
        # Pillow's decoders raise errors of many kinds for damaged files.
        except Exception as error:
            problems[index] = str(error) or type(error).__name__
        tick()

    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        list(pool.map(look, range(len(images))))
    return ImageFacts(digests, sizes, grey, problems)


def _look(images: Images, index: int) -> tuple[str, tuple[int, int], np.ndarray]:
    from PIL import Image

    if isinstance(images, PixelImages):
        pixels = np.ascontiguousarray(images[index])
        digest = hashlib.blake2b(pixels.tobytes(), digest_size=16).hexdigest()
        return digest, (pixels.shape[1], pixels.shape[0]), _small(Image.fromarray(pixels))
    encoded = images.content(index) if isinstance(images, EncodedImages) else images.encoded(index)
    digest = hashlib.blake2b(encoded, digest_size=16).hexdigest()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with open_image(io.BytesIO(encoded)) as opened:
            size = opened.size
            # A JPEG is decoded at an eighth of its size, if that is enough.
            opened.draft("L", (4 * SIDE, 4 * SIDE))
            return digest, size, _small(opened)


def _small(image: object) -> np.ndarray:
    from PIL import Image

    if getattr(image, "mode", "") in ("I;16", "I", "F"):
        values = np.asarray(image, "float64")
        low, high = float(values.min()), float(values.max())
        image = Image.fromarray(((values - low) * (255 / max(high - low, 1e-9))).astype(np.uint8))
    grey = image.convert("L")  # type: ignore[attr-defined]
    return np.asarray(grey.resize((_ONE_MORE, SIDE), Image.Resampling.BOX))
