"""Read unlabelled images or texts."""

import os
from pathlib import Path
from typing import Any

from kerastl.data.images.inspection import IMAGE_SUFFIXES
from kerastl.data.sources.table import read_column
from kerastl.data.splits.split import Modality, Split


def unlabelled(
    inputs: Any,
    *,
    modality: Modality | None = None,
    text: str | None = None,
    image: str | None = None,
    pixel_range: tuple[float, float] | None = None,
) -> Split:
    """Read unlabelled images or texts, such as those of a target domain.

    Args:
        inputs: A list of texts; a list of paths, file contents, Pillow images or image arrays; an
            array of shape `(count, height, width, channels)`; the path of a folder with images at
            any depth; or the path of a CSV, TSV or Parquet file.
        modality: `"image"` or `"text"`. Defaults to the modality of the first example: a string is
            a text unless it is the path of an existing file.
        text: The column of a table with the texts.
        image: The column of a table with paths of images, relative to the table's folder.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.

    Returns:
        A split with `labels=None`.

    Raises:
        ValueError: If there are no examples, or an example cannot be read.

    Example:

    >>> len(unlabelled(["The strap broke.", "Loud and clear."]))
    2
    """
    if isinstance(inputs, str | os.PathLike):
        path = Path(inputs)
        if path.is_dir():
            return Split.from_raw(_images_in(path), "image", pixel_range=pixel_range)
        if (text is None) == (image is None):
            raise ValueError(
                "`inputs` must be a list of examples, a folder of images, or a table file with the "
                f"column of its inputs as either `text` or `image`. Received: "
                f"{os.fspath(inputs)!r}, text={text!r}, image={image!r}"
            )
        values = read_column(path, str(text or image))
        if image is not None:
            values = [str(path.parent / value) for value in values]
        return Split.from_raw(values, "text" if text else "image", pixel_range=pixel_range)
    return Split.from_raw(inputs, modality or _modality(inputs), pixel_range=pixel_range)


def _images_in(folder: Path) -> list[str]:
    found = sorted(
        str(path)
        for path in folder.rglob("*")
        if path.suffix.lower() in IMAGE_SUFFIXES and path.is_file()
    )
    if not found:
        raise ValueError(f"The folder has no images. Received: {str(folder)!r}")
    return found


def _modality(inputs: Any) -> Modality:
    first = next(iter(inputs), None)
    if isinstance(first, str) and not os.path.isfile(first):
        return "text"
    return "image"
