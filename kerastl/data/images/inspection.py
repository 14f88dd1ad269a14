"""Check the headers of images before training, to find unreadable images early."""

import io
import os
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from kerastl.basics.files.regular_file import SpecialFileError, open_regular, read_regular
from kerastl.basics.printable import printable
from kerastl.basics.progress import step
from kerastl.basics.utf8 import is_utf8
from kerastl.data.images.opening import open_image
from kerastl.data.images.pixel_range import PixelRange, checked_range
from kerastl.data.images.stored_values import bits_of, check_stored_values

MAX_PIXELS = 200_000_000
"""The largest number of pixels of an image; it takes 600 MB when decoded."""

IMAGE_SUFFIXES = frozenset(
    (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff")
)

BY_PILLOW = 0
"""The value of `orientation` in a `HEADER` that marks an image for decoding by Pillow."""

HEADER = np.dtype(
    [
        ("pixels", np.uint32),
        ("orientation", np.uint8),
        ("opaque", np.bool_),
        ("bits", np.uint8),
        ("range", np.float32, 2),
    ]
)
"""The stored fields of an image's header: width times height; EXIF orientation, 1 to 8, or
`BY_PILLOW`; whether TensorFlow can decode it to three channels without losing transparency; bits
of a channel, or 0 for a file that stores no numbers; and the declared values of black and white,
equal if there are none."""

OnError = Literal["raise", "skip"]

_Header = tuple[int, int, bool, int, PixelRange]

_FORMAT_OF_ENDING = {
    ".jpg": "JPEG", ".jpeg": "JPEG", ".jpe": "JPEG", ".jfif": "JPEG", ".png": "PNG",
    ".bmp": "BMP", ".gif": "GIF", ".webp": "WEBP", ".tif": "TIFF", ".tiff": "TIFF",
}  # fmt: skip
_END_MARK = {"JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82"}
_LARGEST_FOR_TENSORFLOW = 2**26
_BITS_PER_SAMPLE = 258  # a tag of TIFF


@dataclass(frozen=True)
class Inspected:
    """The headers of readable images, and the names of unreadable ones.

    Attributes:
        kept: Positions of the readable images.
        headers: Array of `HEADER`, one for each readable image.
        skipped: `(name, reason)` of each unreadable image.
        misnamed: Names of the images with the file extension of another format.
    """

    kept: list[int]
    headers: np.ndarray
    skipped: list[tuple[str, str]]
    misnamed: list[str]


def inspect_images(
    images: Sequence[Any],
    names: Callable[[int], str],
    on_error: OnError | None = None,
    pixel_range: PixelRange | None = None,
    *,
    predicting: bool = False,
) -> Inspected:
    """Read the headers of many images in parallel.

    With `"raise"`, only the beginning and the end of each file are read. With `"skip"`, each image
    is also decoded once, so that no unreadable image is left for training.

    Args:
        images: Paths, or the contents of files as bytes.
        names: A function from an image's position to its name.
        on_error: `"raise"` one error that lists the unreadable images, or `"skip"` them. None, the
            default, raises for a caller without such an option.
        pixel_range: The values of black and white in files that store numbers, such as PNG and
            TIFF. Defaults to None: the range of their type.
        predicting: Whether these may be a few dark images. Defaults to False: a data set.

    Returns:
        The headers of the readable images and the names of the others.

    Raises:
        ValueError: If images are unreadable and `on_error` is not `"skip"`, or if all are; or if a
            few of them show that the images have another range of values.
    """
    if on_error is not None:
        check_on_error(on_error)

    pixel_range = checked_range(pixel_range)

    def look(index: int) -> tuple[_Header, bool] | str:
        try:
            image = images[index]
        except OSError as error:
            # A record may name a file that is missing.
            return f"cannot be read ({error})"
        except SpecialFileError as error:
            return _special(error)
        return _look(image, names(index), on_error == "skip", pixel_range)

    with (
        step("Reading images", len(images)) as advance,
        ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool,
    ):
        answers = []
        for answer in pool.map(look, range(len(images))):
            answers.append(answer)
            advance(1)
    skipped = [(printable(names(i)), a) for i, a in enumerate(answers) if isinstance(a, str)]
    kept = [i for i, a in enumerate(answers) if not isinstance(a, str)]
    read = [a for a in answers if not isinstance(a, str)]
    if skipped and (on_error != "skip" or not kept):
        raise _unreadable(skipped, len(answers), can_skip=on_error == "raise")
    headers = np.array([header for header, _ in read], HEADER)
    check_stored_values(
        lambda i: _content(images[kept[i]]),
        lambda i: names(kept[i]),
        headers["bits"],
        pixel_range,
        predicting,
    )
    return Inspected(
        kept,
        headers,
        skipped,
        [names(i) for i, (_, misnamed) in zip(kept, read, strict=True) if misnamed],
    )


def check_on_error(on_error: Any) -> None:
    """Check an `on_error` option.

    Raises:
        ValueError: If it is neither `"raise"` nor `"skip"`.
    """
    if on_error not in ("raise", "skip"):
        raise ValueError(f'`on_error` must be "raise" or "skip". Received: on_error={on_error!r}')


def _unreadable(bad: list[tuple[str, str]], total: int, can_skip: bool) -> ValueError:
    listed = "\n".join(f"  {name}: {reason}" for name, reason in bad[:10])
    more = f"\n  and {len(bad) - 10} more" if len(bad) > 10 else ""
    skip = ', or pass `on_error="skip"` to leave them out' if can_skip else ""
    return ValueError(
        f"{len(bad)} of {total} images cannot be used:\n{listed}{more}\n"
        f"Repair or remove them{skip}. Received: {bad[0][0]}"
    )


def _content(image: Any) -> bytes:
    return read_regular(image) if isinstance(image, str | Path) else image


def _look(
    image: Any, name: str, whole: bool, pixel_range: PixelRange | None
) -> tuple[_Header, bool] | str:
    """Return an image's header and whether it is misnamed, or the reason why it is unreadable."""
    from PIL import Image, UnidentifiedImageError

    is_file = isinstance(image, str | Path)
    if is_file and not is_utf8(str(image)):
        return "its path is not valid UTF-8, so TensorFlow cannot open it: rename it"
    if image == "":
        return "the cell with the path is empty"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with open_regular(image) if is_file else io.BytesIO(image) as stream:
                head = stream.read(26)
                if not head:
                    return "the file is empty"
                stream.seek(0)
                with open_image(stream) as image:
                    width, height = image.size
                    if width * height > MAX_PIXELS:
                        return _too_large(width, height)
                    if whole or not _has_end(image.format, stream):
                        image.load()
                    if pixel_range is not None and _has_deep_colours(image):
                        return "a colour TIFF of 16 bits: save it as PNG to read all its bits"
                    expected = _FORMAT_OF_ENDING.get(Path(name).suffix.lower())
                    bits = bits_of(image, head)
                    ends = (0.0, 0.0) if pixel_range is None or not bits else pixel_range
                    header = (*_header(image), bits, ends)
                    return header, expected not in (None, _kind(image.format))
    except UnidentifiedImageError:
        return "not an image of a known format: convert it to JPEG or PNG"
    except Image.DecompressionBombError as error:
        return f"{error}: make it smaller"
    except SpecialFileError as error:
        return _special(error)
    except (FileNotFoundError, IsADirectoryError):
        return "there is no such file"
    except (OSError, SyntaxError, ValueError) as error:
        return f"corrupt or truncated ({error})"


def _special(error: SpecialFileError) -> str:
    return f"not a regular file but {error.kind}"


def _too_large(width: int, height: int) -> str:
    return (
        f"{width} x {height} is {width * height:,} pixels, more than the limit of {MAX_PIXELS:,}: "
        "make it smaller"
    )


def _kind(name: str | None) -> str | None:
    return "JPEG" if name == "MPO" else name


def _has_end(kind: str | None, stream: Any) -> bool:
    """Return whether the file ends with the format's end mark, so that it is not truncated."""
    mark = _END_MARK.get(_kind(kind) or "")
    if mark is None:
        return False
    position = stream.tell()
    stream.seek(0, os.SEEK_END)
    stream.seek(max(0, stream.tell() - 64))
    tail = stream.read()
    stream.seek(position)
    return mark in tail


def _has_deep_colours(image: Any) -> bool:
    """Return whether Pillow keeps only the high byte of a TIFF's colours."""
    tags = getattr(image, "tag_v2", {})
    return image.mode in ("RGB", "RGBA") and max(tags.get(_BITS_PER_SAMPLE, (8,))) > 8


def _header(image: Any) -> tuple[int, int, bool]:
    """Return the fields of a `HEADER` that all images have."""
    pixels = image.width * image.height
    if pixels > _LARGEST_FOR_TENSORFLOW:
        return pixels, BY_PILLOW, True
    if _kind(image.format) == "JPEG":
        value = image.getexif().get(0x0112, 1)
        valid = isinstance(value, int) and 1 <= value <= 8
        return pixels, value if valid else 1, True
    if image.format == "PNG":
        has_key = "transparency" in image.info
        if "exif" in image.info or (has_key and image.mode != "P"):
            return pixels, BY_PILLOW, True
        return pixels, 1, not has_key and image.mode in ("1", "L", "RGB", "P", "I;16")
    return pixels, BY_PILLOW, True
