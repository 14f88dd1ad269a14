"""Images as a sequence, whether they lie in files, in records or in arrays."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.data.images.inspection import BY_PILLOW
from kerastl.data.images.pillow_decoding import decode_with_pillow, encode_png


class Images(ABC):
    """A sequence of images that are read only when they are asked for."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __getitem__(self, index: int) -> Any:
        """Give one image as it is held: a path, the bytes of a file, or pixels."""

    @abstractmethod
    def name(self, index: int) -> str:
        """Give what an error calls one image."""

    @abstractmethod
    def encoded(self, index: int) -> bytes:
        """Give one image as the bytes of a file that TensorFlow decodes."""

    @abstractmethod
    def take(self, indices: Sequence[int]) -> "Images":
        """Give the named images, in that order."""


@dataclass(frozen=True)
class EncodedImages(Images):
    """Images in files or in records, still encoded.

    Attributes:
        sources: Paths as strings, or a sequence that gives the bytes of a file.
        headers: Array of `HEADER`, one for each of these images.
        indices: Which of the sources these images are, in order.
    """

    sources: Sequence[Any]
    headers: np.ndarray
    indices: np.ndarray

    @property
    def in_files(self) -> bool:
        """Whether the sources are paths."""
        return len(self.indices) == 0 or isinstance(self.sources[int(self.indices[0])], str)

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int) -> Any:
        return self.sources[int(self.indices[index])]

    def content(self, index: int) -> bytes:
        """Give the bytes of one image's file, as they are."""
        source = self[index]
        if isinstance(source, str):
            with open(source, "rb") as file:
                return file.read()
        return source

    def name(self, index: int) -> str:
        """Give the path, or the record's number."""
        source = self[index]
        return source if isinstance(source, str) else f"record {int(self.indices[index])}"

    def encoded(self, index: int) -> bytes:
        """Give the file's bytes; as PNG where only Pillow reads the file rightly."""
        content = self.content(index)
        if self.headers["orientation"][index] == BY_PILLOW:
            return encode_png(decode_with_pillow(content, self.name(index)))
        return content

    def take(self, indices: Sequence[int]) -> "EncodedImages":
        """Give the named images, in that order."""
        chosen = np.asarray(indices, np.int64)
        return EncodedImages(self.sources, self.headers[chosen], self.indices[chosen])


@dataclass(frozen=True)
class PixelImages(Images):
    """Decoded images in memory.

    Attributes:
        pixels: `uint8` arrays of shape `(height, width, 3)`, or one array of them.
        indices: Which of them these images are, in order.
    """

    pixels: Sequence[np.ndarray] | np.ndarray
    indices: np.ndarray

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int) -> np.ndarray:
        return self.pixels[int(self.indices[index])]

    def name(self, index: int) -> str:
        """Give the image's number."""
        return f"image {int(self.indices[index])}"

    def encoded(self, index: int) -> bytes:
        """Give the image as a PNG file."""
        return encode_png(self[index])

    def take(self, indices: Sequence[int]) -> "PixelImages":
        """Give the named images, in that order."""
        return PixelImages(self.pixels, self.indices[np.asarray(indices, np.int64)])
