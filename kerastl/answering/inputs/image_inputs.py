"""Prepare images for an exported file."""

import io
import math
from typing import Any

import numpy as np

from kerastl.answering.inputs.prepared import Prepared
from kerastl.answering.inputs.resizing import resize_rounded
from kerastl.basics.printable import printable
from kerastl.data.images.encoded_images import EncodedImages
from kerastl.data.images.opening import open_image
from kerastl.data.images.pillow_decoding import decode_with_pillow
from kerastl.data.splits.split import Split

_DAMAGED = "The image cannot be decoded: it is damaged or incomplete"
_JPEG, _SCAN = b"\xff\xd8", b"\xff\xda"
# Encoders write 10 to 13 scans at most.
_SCANS = 16


class ImageInputs:
    """Decodes and resizes images with Pillow and NumPy.

    Args:
        description: The entry `preprocessing` of a bundle's `kerastl.json`.
    """

    modality = "image"

    def __init__(self, description: dict[str, Any]) -> None:
        self.image_size = int(description["height"]), int(description["width"])
        self.pixel_range: tuple[float, float] | None = None
        if "pixel_range" in description:
            black, white = description["pixel_range"]
            self.pixel_range = float(black), float(white)
        self.max_pixels = int(description["max_pixels"])
        self._area_above = float(description["area_above"])

    def prepare(self, split: Split, index: int) -> Prepared:
        """Prepare one image of a split as `pixels`, float32 `(1, H, W, 3)`.

        Returns:
            The pixels, with width and height of the upright image as the context.

        Raises:
            ValueError: If the image cannot be decoded, or has more than `max_pixels` pixels.
        """
        images: Any = split.inputs
        if isinstance(images, EncodedImages):
            self._check_size(int(images.headers["pixels"][index]), images.name(index))
            name, own = images.name(index), images.range_of(index)
            pixels = decode_with_pillow(images.content(index), name, own)
        else:
            pixels = images[index]
            self._check_size(pixels.shape[0] * pixels.shape[1], images.name(index))
        return self._prepared(pixels)

    def read(self, raw: Any) -> Prepared:
        """Prepare the bytes of an image file that somebody else sent; see `prepare`.

        Raises:
            ValueError: If they cannot be decoded, or decoding costs more than `max_pixels` pixels.
        """
        from PIL import UnidentifiedImageError

        try:
            with open_image(io.BytesIO(raw)) as image:
                pixels = image.width * image.height
        except UnidentifiedImageError as error:
            raise ValueError("The input must be an image of a known format") from error
        except Exception as error:
            raise ValueError(_DAMAGED) from error
        if raw.startswith(_JPEG):
            # A decoder goes through all pixels for each scan.
            pixels *= max(1, math.ceil(raw.count(_SCAN) / _SCANS))
        if pixels > self.max_pixels:
            raise ValueError(f"The image must have at most {self.max_pixels:,} pixels")
        try:
            return self._prepared(decode_with_pillow(raw, "in the request", self.pixel_range))
        except Exception as error:
            raise ValueError(_DAMAGED) from error

    def _prepared(self, pixels: np.ndarray) -> Prepared:
        resized = resize_rounded(pixels, self.image_size, self._area_above)
        return Prepared([{"pixels": resized[None]}], (pixels.shape[1], pixels.shape[0]))

    def _check_size(self, pixels: int, name: str) -> None:
        if pixels > self.max_pixels:
            raise ValueError(
                f"An image must have at most {self.max_pixels:,} pixels, the limit that the bundle "
                f"was exported with. Received: {pixels:,} pixels in {printable(name)}"
            )
