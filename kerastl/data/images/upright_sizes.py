"""Read the sizes of images after their EXIF orientation is applied."""

import io

import numpy as np

from kerastl.basics.files.damaged import reading
from kerastl.data.images.encoded_images import EncodedImages, Images
from kerastl.data.images.opening import open_image

# The EXIF orientations that swap width and height.
_SWAPPED = (5, 6, 7, 8)


def upright_sizes(images: Images) -> np.ndarray:
    """Return the size of each upright image.

    Args:
        images: Encoded or decoded images. Encoded images are not decoded for this.

    Returns:
        Integers of shape `(count, 2)`: width and height in pixels, after the EXIF orientation is
        applied.

    Raises:
        DamagedFileError: If an image is damaged.
    """
    sizes = np.zeros((len(images), 2), np.int64)
    for index in range(len(images)):
        if isinstance(images, EncodedImages):
            with reading(images.name(index)):
                sizes[index] = _size(images.content(index))
        else:
            sizes[index] = images[index].shape[1::-1]
    return sizes


def _size(content: bytes) -> tuple[int, int]:
    with open_image(io.BytesIO(content)) as image:
        swapped = image.getexif().get(0x0112) in _SWAPPED
        return image.size[::-1] if swapped else image.size
