"""Prepare images for an exported file."""

from typing import Any

from kerastl.answering.inputs.prepared import Prepared
from kerastl.answering.inputs.resizing import resize_rounded
from kerastl.basics.printable import printable
from kerastl.data.images.encoded_images import EncodedImages
from kerastl.data.images.pillow_decoding import decode_with_pillow
from kerastl.data.splits.split import Split


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
        resized = resize_rounded(pixels, self.image_size, self._area_above)
        return Prepared([{"pixels": resized[None]}], (pixels.shape[1], pixels.shape[0]))

    def _check_size(self, pixels: int, name: str) -> None:
        if pixels > self.max_pixels:
            raise ValueError(
                f"An image must have at most {self.max_pixels:,} pixels, the limit that the bundle "
                f"was exported with. Received: {pixels:,} pixels in {printable(name)}"
            )
