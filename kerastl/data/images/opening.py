"""Open images of the supported formats with Pillow."""

from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

FORMATS = ("JPEG", "MPO", "PNG", "BMP", "GIF", "WEBP", "TIFF", "AVIF")
"""The formats that are opened, as Pillow names them.

Pillow has decoders for many more, and picks one by the content. That of PostScript starts an
external program.
"""


def open_image(stream: BinaryIO) -> "ImageFile":
    """Open an image file of a supported format; its pixels are not decoded yet.

    Args:
        stream: The content of the file. Its name does not matter.

    Returns:
        The Pillow image.

    Raises:
        PIL.UnidentifiedImageError: If the content has none of the formats.

    Example:

    ```python
    with open_image(io.BytesIO(content)) as image:
        print(image.format, image.size)
    ```
    """
    from PIL import Image

    # An older Pillow has no AVIF, and a name that Pillow does not know is a `KeyError`.
    Image.init()
    formats = [name for name in FORMATS if name in Image.OPEN]
    try:
        return Image.open(stream, formats=formats)
    except Image.DecompressionBombError:
        return _open_large(stream, formats)


def _open_large(stream: BinaryIO, formats: list[str]) -> "ImageFile":
    """Open an image that has more pixels than Pillow's limit, 178,956,970.

    Ours is higher. Pillow's is a setting of the whole process, so it is not changed: the functions
    that open a format do not read it.
    """
    from PIL import Image, UnidentifiedImageError

    stream.seek(0)
    start = stream.read(16)
    for name in formats:
        open_format, accepts = Image.OPEN[name]
        if accepts is None or accepts(start) is True:
            stream.seek(0)
            return open_format(stream, "")
    raise UnidentifiedImageError("the content is no image of a supported format")


def check_opened(image: Any, name: str) -> None:
    """Check that an image that the user opened with Pillow can be decoded.

    Args:
        image: A `PIL.Image.Image`.
        name: The name of the image, for the error.

    Raises:
        ValueError: If its file has none of the formats, and its pixels are not decoded yet.
    """
    is_decoded = not getattr(image, "tile", None)
    if image.format is not None and image.format not in FORMATS and not is_decoded:
        raise ValueError(
            f"Images are decoded from the formats {', '.join(FORMATS)}: call `image.load()` first "
            f"if you trust this file. Received: a file of the format {image.format} for {name}"
        )
