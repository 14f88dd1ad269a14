"""Read unlabelled images or texts."""

import os
from pathlib import Path
from typing import Any

from kerastl.data.images.inspection import OnError, check_on_error
from kerastl.data.sources.unlabelled_files import (
    read_column,
    read_folder,
    read_image_files,
    read_texts,
)
from kerastl.data.splits.split import Modality, Split


def unlabelled(
    inputs: Any,
    *,
    modality: Modality | None = None,
    text: str | None = None,
    image: str | None = None,
    encoding: str = "utf-8",
    separator: str | None = None,
    on_error: OnError = "raise",
) -> Split:
    """Read unlabelled images or texts, such as those of a target domain.

    Files are read by the rules of `kerastl.data.image_folder` and `kerastl.data.csv`.

    Args:
        inputs: A list of texts; a list of paths, file contents, Pillow images or image arrays; an
            array of shape `(count, height, width, channels)`; the path of a folder with images at
            any depth; or the path of a CSV, TSV or Parquet file.
        modality: `"image"` or `"text"`. Defaults to the modality of the first example: a string is
            a text unless it is the path of an existing file.
        text: The column of a table with the texts.
        image: The column of a table with paths of images, relative to the table's folder.
        encoding: Character encoding of a CSV or TSV file. Defaults to `"utf-8"`.
        separator: The character between two cells of a table. Defaults to None: as for
            `kerastl.data.csv`.
        on_error: `"raise"` an error if images are unreadable or texts are empty, or `"skip"` them
            and list them in `Split.skipped`. Defaults to `"raise"`.

    Returns:
        A split with `labels=None`.

    Raises:
        ValueError: If there are no examples, or an example cannot be read.

    Example:

    >>> len(unlabelled(["The strap broke.", "Loud and clear."]))
    2
    """
    check_on_error(on_error)
    if isinstance(inputs, str | os.PathLike):
        path = Path(inputs)
        if path.is_dir():
            return read_folder(path, on_error)
        if (text is None) == (image is None):
            raise ValueError(
                "`inputs` must be a list of examples, a folder of images, or a table file with the "
                f"column of its inputs as either `text` or `image`. Received: "
                f"{os.fspath(inputs)!r}, text={text!r}, image={image!r}"
            )
        return read_column(path, text, image, encoding, separator, on_error)
    kind = modality or _modality(inputs)
    if isinstance(inputs, list | tuple):
        if kind == "text" and all(isinstance(each, str) for each in inputs):
            return read_texts(list(inputs), on_error)
        if kind == "image" and _are_files(inputs):
            sources = [str(each) if isinstance(each, Path) else each for each in inputs]
            return read_image_files(sources, on_error)
    return Split.from_raw(inputs, kind)


def _are_files(inputs: Any) -> bool:
    """Return whether all images are paths, or all are contents of files."""
    return all(isinstance(each, str | Path) for each in inputs) or all(
        isinstance(each, bytes) for each in inputs
    )


def _modality(inputs: Any) -> Modality:
    first = next(iter(inputs), None)
    if isinstance(first, str) and not os.path.isfile(first):
        return "text"
    return "image"
