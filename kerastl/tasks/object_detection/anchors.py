"""The anchor boxes of a detector."""

from dataclasses import dataclass

import numpy as np

_SIZE = 4
_SCALES = (1.0, 2 ** (1 / 3), 2 ** (2 / 3))
_RATIOS = (0.5, 1.0, 2.0)

ANCHORS_PER_CELL = len(_SCALES) * len(_RATIOS)


@dataclass(frozen=True)
class Anchors:
    """Nine boxes on every cell of every feature map, as RetinaNet has them (Lin et al. 2017).

    The areas are 4 strides squared times 1, 1.6 and 2.5; height to width is 1:2, 1:1 and 2:1.
    They stand on the middle of their cell; those of keras-hub's `AnchorGenerator` stand on its
    upper left corner, which is half a stride off.

    Args:
        image_size: `(height, width)` of the model's input in pixels.
        strides: Pixels from cell to cell of each feature map, from the finest to the coarsest.

    Example:

    >>> Anchors((64, 64), (16, 32)).boxes().shape
    (180, 4)
    """

    image_size: tuple[int, int]
    strides: tuple[int, ...]

    def boxes(self) -> np.ndarray:
        """Return the boxes in the order of the model's scores.

        Returns:
            `float32`, shape `(anchors, 4)`: x1, y1, x2, y2 in pixels of the model's input. Some
            reach over the edge of the image.
        """
        made = []
        for stride in self.strides:
            height, width = (-(-side // stride) for side in self.image_size)
            y, x = np.mgrid[:height, :width].astype(np.float64) * stride + stride / 2
            centres = np.stack([x, y], axis=-1)[:, :, None]
            side = np.array([[_SIZE * stride * scale for scale in _SCALES]])
            ratio = np.sqrt(np.array(_RATIOS))[:, None]
            half = np.stack([side / ratio, side * ratio], axis=-1).reshape(-1, 2) / 2
            made.append(np.concatenate([centres - half, centres + half], axis=-1).reshape(-1, 4))
        return np.concatenate(made).astype(np.float32)

    @classmethod
    def covering(cls, image_size: tuple[int, int], strides: tuple[int, ...]) -> "Anchors":
        """Add strides until the largest anchor is about as large as the image.

        Args:
            image_size: `(height, width)` of the model's input in pixels.
            strides: Those of the backbone's feature maps.
        """
        while strides[-1] * _SIZE * _SCALES[-1] < 0.75 * min(image_size):
            strides = (*strides, strides[-1] * 2)
        return cls(image_size, strides)
