"""How wide and high images are once they stand upright."""

import io

import numpy as np

from kerastl.data.images.encoded_images import EncodedImages, Images

# EXIF orientations that lay an image on its side.
_LYING = (5, 6, 7, 8)


def upright_sizes(images: Images) -> np.ndarray:
    """Read the size of each image from its header.

    Args:
        images: Encoded or decoded ones.

    Returns:
        Integers of shape `(count, 2)`: width and height in pixels, an EXIF orientation applied.
    """
    sizes = np.zeros((len(images), 2), np.int64)
    for index in range(len(images)):
        if isinstance(images, EncodedImages):
            sizes[index] = _size(images.content(index))
        else:
            sizes[index] = images[index].shape[1::-1]
    return sizes


def _size(content: bytes) -> tuple[int, int]:
    from PIL import Image

    with Image.open(io.BytesIO(content)) as image:
        lying = image.getexif().get(0x0112) in _LYING
        return image.size[::-1] if lying else image.size
