"""Read the images of a folder, or one column of a table, as a split without labels."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kerastl.data.assembly.empty_cells import leave_out_empty
from kerastl.data.assembly.examples import Examples, check_examples, take_images
from kerastl.data.images.inspection import OnError
from kerastl.data.images.pixel_range import PixelRange
from kerastl.data.sources.table import read_table
from kerastl.data.splits.split import Split


def read_image_files(
    sources: Sequence[Any], on_error: OnError, pixel_range: PixelRange | None = None
) -> Split:
    """Read images in files.

    Args:
        sources: Paths as strings, or the contents of files.
        on_error: As for `unlabelled`.
        pixel_range: As for `unlabelled`.

    Returns:
        The images, and in `Split.skipped` those that were left out.

    Raises:
        ValueError: If there are none, or images are unreadable.
    """
    examples = Examples("image", [], range(len(sources)), name="image {}".format)
    if len(sources):
        take_images(examples, sources, on_error, pixel_range)
    return _split(examples)


def read_texts(texts: Sequence[str], on_error: OnError) -> Split:
    """Read texts in memory.

    Args:
        texts: Strings.
        on_error: As for `unlabelled`.

    Returns:
        The texts, and in `Split.skipped` those that were left out.

    Raises:
        ValueError: If there are none, or a text is empty.
    """
    examples = Examples("text", texts, range(len(texts)))
    if on_error == "skip":
        leave_out_empty(examples, {})
    return _split(examples)


def read_column(
    path: Path,
    text: str | None,
    image: str | None,
    encoding: str,
    separator: str | None,
    on_error: OnError,
    pixel_range: PixelRange | None,
) -> Split:
    """Read the inputs of a table, by the rules of `csv`.

    Args:
        path: The file.
        text: As for `unlabelled`.
        image: As for `unlabelled`.
        encoding: As for `unlabelled`.
        separator: As for `unlabelled`.
        on_error: As for `unlabelled`.
        pixel_range: As for `unlabelled`.

    Returns:
        The texts or images, in the order of the rows.

    Raises:
        ValueError: As for `unlabelled`.
    """
    examples, _ = read_table(
        path, [], text, image, None, None, encoding, separator, on_error, pixel_range
    )
    return _split(examples)


def _split(examples: Examples) -> Split:
    check_examples(examples, 0.0, 0.0)
    split = Split(examples.modality, examples.inputs, None, ())
    split.skipped = examples.skipped
    return split
