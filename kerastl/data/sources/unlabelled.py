"""Examples without labels."""

import os
from pathlib import Path
from typing import Any

from kerastl.data.images.inspection import PICTURE_ENDINGS
from kerastl.data.sources.table import read_column
from kerastl.data.splits.split import Modality, Split


def unlabelled(
    inputs: Any,
    *,
    modality: Modality | None = None,
    text: str | None = None,
    image: str | None = None,
) -> Split:
    """Read examples whose labels are not known, such as those of a target domain.

    Args:
        inputs: A list of texts; a list of paths, file contents, Pillow images or arrays of
            images; an array of shape `(count, height, width, channels)`; or the path of a folder
            of images, at any depth, or of a CSV, TSV or Parquet file.
        modality: `"image"` or `"text"`. Defaults to what the first example is; strings are
            texts unless they name files that are there.
        text: A table's column with the texts.
        image: A table's column with paths of images, relative to the table's folder.

    Returns:
        A split without labels.

    Raises:
        ValueError: If there is nothing, or something cannot be read.

    Example:

    >>> len(unlabelled(["The strap broke.", "Loud and clear."]))
    2
    """
    if isinstance(inputs, str | os.PathLike):
        path = Path(inputs)
        if path.is_dir():
            return Split.from_raw(_images_in(path), "image")
        if (text is None) == (image is None):
            raise ValueError(
                "Give a list of examples, a folder of images, or a table with the column of its "
                f"inputs as text= or image=. Received: {os.fspath(inputs)!r}, text={text!r}, "
                f"image={image!r}"
            )
        values = read_column(path, str(text or image))
        if image is not None:
            values = [str(path.parent / value) for value in values]
        return Split.from_raw(values, "text" if text else "image")
    return Split.from_raw(inputs, modality or _modality(inputs))


def _images_in(folder: Path) -> list[str]:
    found = sorted(
        str(path)
        for path in folder.rglob("*")
        if path.suffix.lower() in PICTURE_ENDINGS and path.is_file()
    )
    if not found:
        raise ValueError(f"There are no images in this folder. Received: {str(folder)!r}")
    return found


def _modality(inputs: Any) -> Modality:
    first = next(iter(inputs), None)
    if isinstance(first, str) and not os.path.isfile(first):
        return "text"
    return "image"
