"""One raw input, prepared for an exported file."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from kerastl.data.splits.split import Split


@dataclass(frozen=True)
class Prepared:
    """What an exported file takes for one raw input.

    Attributes:
        feeds: The file's inputs by name, each of shape `(1, ...)`: one set, or for a long text
            one set for each window; none for a text without words.
        context: What the answer needs to know of the raw input: width and height of an image, or
            the words of a text. Defaults to None.
    """

    feeds: list[dict[str, np.ndarray]]
    context: Any = None


class InputReader(Protocol):
    """Prepares raw inputs of one modality. Several threads may share it.

    Attributes:
        modality: `"image"` or `"text"`.
        pixel_range: The values of black and white of the training images, or None.
    """

    modality: str
    pixel_range: tuple[float, float] | None

    def prepare(self, split: Split, index: int) -> Prepared:
        """Prepare one example of a split of raw inputs."""
        ...

    def read(self, raw: Any) -> Prepared:
        """Prepare the bytes of an image file, or a string; an error is one short sentence."""
        ...
