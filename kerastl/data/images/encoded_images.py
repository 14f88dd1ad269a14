"""Sequences of images in files, in records or in memory."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.basics.files.regular_file import read_regular
from kerastl.data.images.inspection import BY_PILLOW
from kerastl.data.images.pillow_decoding import decode_with_pillow, encode_lossless
from kerastl.data.images.pixel_range import PixelRange


class Images(ABC):
    """A sequence of images that are read on access.

    Attributes:
        pixel_range: The declared values of black and white in the raw images, or None.
    """

    pixel_range: PixelRange | None

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __getitem__(self, index: int) -> Any:
        """Return one image as it is held: a path, the bytes of a file, or pixels."""

    @abstractmethod
    def name(self, index: int) -> str:
        """Return the name of one image, for errors."""

    @abstractmethod
    def encoded(self, index: int) -> bytes:
        """Return one image as the bytes of a file that TensorFlow can decode."""

    @abstractmethod
    def take(self, indices: Sequence[int]) -> "Images":
        """Return the images at some positions, in that order."""


@dataclass(frozen=True)
class EncodedImages(Images):
    """Encoded images, in files or in records.

    Attributes:
        sources: Paths as strings, or a sequence of the bytes of files.
        headers: Array of `HEADER`, one for each of these images.
        indices: Positions of these images in `sources`, in order.
    """

    sources: Sequence[Any]
    headers: np.ndarray
    indices: np.ndarray

    @property
    def pixel_range(self) -> PixelRange | None:  # type: ignore[override]
        """The declared values of black and white of the first image that has them, or None."""
        ranges = self.headers["range"]
        declared = np.flatnonzero(ranges[:, 0] < ranges[:, 1])
        return self.range_of(int(declared[0])) if len(declared) else None

    def range_of(self, index: int) -> PixelRange | None:
        """Return the declared values of black and white in one image, or None."""
        black, white = self.headers["range"][index].tolist()
        return (black, white) if black < white else None

    @property
    def in_files(self) -> bool:
        """Whether the sources are paths."""
        return len(self.indices) == 0 or isinstance(self.sources[int(self.indices[0])], str)

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int) -> Any:
        return self.sources[int(self.indices[index])]

    def content(self, index: int) -> bytes:
        """Return the unchanged bytes of one image's file."""
        source = self[index]
        return read_regular(source) if isinstance(source, str) else source

    def name(self, index: int) -> str:
        """Return the path, or `"record N"`."""
        source = self[index]
        return source if isinstance(source, str) else f"record {int(self.indices[index])}"

    def encoded(self, index: int) -> bytes:
        """Return the bytes of the file, or of another if only Pillow decodes it correctly."""
        content = self.content(index)
        if self.headers["orientation"][index] == BY_PILLOW:
            pixel_range = self.range_of(index)
            pixels = decode_with_pillow(content, self.name(index), pixel_range)
            return encode_lossless(pixels, self.pixel_range)
        return content

    def take(self, indices: Sequence[int]) -> "EncodedImages":
        """Return the images at some positions, in that order."""
        chosen = np.asarray(indices, np.int64)
        return EncodedImages(self.sources, self.headers[chosen], self.indices[chosen])


@dataclass(frozen=True)
class PixelImages(Images):
    """Decoded images in memory.

    Attributes:
        pixels: `uint8` arrays of shape `(height, width, 3)`, or one array of them.
        indices: Positions of these images in `pixels`, in order.
        pixel_range: The values of black and white in the arrays that the images were converted
            from, or None for the range of their type. Defaults to None.
    """

    pixels: Sequence[np.ndarray] | np.ndarray
    indices: np.ndarray
    pixel_range: PixelRange | None = None

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int) -> np.ndarray:
        return self.pixels[int(self.indices[index])]

    def name(self, index: int) -> str:
        """Return `"image N"`."""
        return f"image {int(self.indices[index])}"

    def encoded(self, index: int) -> bytes:
        """Return the bytes of the image as a PNG file, or BMP for a declared range."""
        return encode_lossless(self[index], self.pixel_range)

    def take(self, indices: Sequence[int]) -> "PixelImages":
        """Return the images at some positions, in that order."""
        chosen = self.indices[np.asarray(indices, np.int64)]
        return PixelImages(self.pixels, chosen, self.pixel_range)
