"""How wide and high pictures are once they stand upright."""

import io

import numpy as np

from kerastl.data.images.pictures import EncodedPictures, Pictures

# EXIF orientations that lay a picture on its side.
_LYING = (5, 6, 7, 8)


def upright_sizes(pictures: Pictures) -> np.ndarray:
    """Read the size of each picture from its header.

    Args:
        pictures: Encoded or decoded ones.

    Returns:
        Integers of shape `(count, 2)`: width and height in pixels, an EXIF orientation applied.
    """
    sizes = np.zeros((len(pictures), 2), np.int64)
    for index in range(len(pictures)):
        if isinstance(pictures, EncodedPictures):
            sizes[index] = _size(pictures.content(index))
        else:
            sizes[index] = pictures[index].shape[1::-1]
    return sizes


def _size(content: bytes) -> tuple[int, int]:
    from PIL import Image

    with Image.open(io.BytesIO(content)) as image:
        lying = image.getexif().get(0x0112) in _LYING
        return image.size[::-1] if lying else image.size
