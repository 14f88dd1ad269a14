"""Read texts or images from a table file."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kerastl.basics.suggest import unknown_name
from kerastl.data.assembly.corrections import read_corrections
from kerastl.data.assembly.empty_cells import leave_out_empty
from kerastl.data.assembly.examples import Examples, assemble, take_images
from kerastl.data.assembly.listed_classes import ClassNames
from kerastl.data.images.inspection import OnError, check_on_error
from kerastl.data.images.pixel_range import check_no_range
from kerastl.data.reading.columns import read_columns
from kerastl.data.reading.file_finder import FileFinder
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.splitting import PART_NAMES


def csv(
    path: str | Path,
    *,
    text: str | None = None,
    image: str | None = None,
    label: str,
    class_names: ClassNames | None = None,
    group: str | None = None,
    split: str | None = None,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    encoding: str = "utf-8",
    separator: str | None = None,
    on_error: OnError = "raise",
    pixel_range: tuple[float, float] | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> Dataset:
    """Read texts or images from a CSV, TSV or Parquet file with a header.

    Args:
        path: The file. `.parquet` and `.pq` files are read as Parquet.
        text: The column with the texts. Pass either `text` or `image`.
        image: The column with paths of images, relative to the table's folder, with or without
            the file extension. In Parquet it may also have the bytes of image files.
        label: The column with the labels.
        class_names: The classes in the order of the model's outputs. Integers in Parquet, and
            numbers in a CSV file that are not names, are positions in it. Defaults to the labels
            of the training examples.
        group: The column with the group of each example, such as a person. A group is never
            divided. Defaults to None.
        split: The column with the split of each example: `train`, `validation` or `test`. Defaults
            to None.
        validation_split: Fraction to hold out for validation. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        encoding: Character encoding of a CSV or TSV file. Defaults to `"utf-8"`.
        separator: The character between two cells. Defaults to None: a comma (in `.tsv` a tab),
            or `;`, tab or `|` if the header has the columns only with it.
        on_error: `"raise"` an error for unreadable images, empty cells and rows with too many or
            too few cells, or `"skip"` these rows and list them in `Dataset.skipped`. Defaults to
            `"raise"`.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.
        corrections: A CSV file from `Inspection.write_corrections` that a person edited. Labels are
            changed and examples left out after the split. Defaults to None.

    Returns:
        The data set.

    Raises:
        ValueError: If the file, a column, a character, a text or a label cannot be read. The error
            names the place.

    Example:
    ```python
    data = kerastl.data.csv("reviews.csv", text="review", label="sentiment", test_split=0.2)
    ```
    """
    examples, table = read_table(
        Path(path), [label], text, image, group, split, encoding, separator, on_error, pixel_range
    )
    examples.labels = table[label]
    examples.class_names = class_names
    examples.corrections = read_corrections(corrections)
    return assemble(examples, validation_split, test_split, seed)


def read_table(
    path: Path,
    labels: Sequence[str],
    text: str | None,
    image: str | None,
    group: str | None,
    split: str | None,
    encoding: str,
    separator: str | None,
    on_error: OnError,
    pixel_range: tuple[float, float] | None = None,
    *,
    may_be_empty: bool = False,
) -> tuple[Examples, dict[str, Any]]:
    """Read examples and their label columns from a table file.

    Args:
        path: As for `csv`.
        labels: The columns with the labels or targets.
        text: As for `csv`.
        image: As for `csv`.
        group: As for `csv`.
        split: As for `csv`.
        encoding: As for `csv`.
        separator: As for `csv`.
        on_error: As for `csv`.
        pixel_range: As for `csv`.
        may_be_empty: Whether an empty label cell has a meaning. Defaults to False.

    Returns:
        The examples, whose `labels` are row numbers, and the cells of each column of `labels` in
        the same order.

    Raises:
        ValueError: As for `csv`.
    """
    check_on_error(on_error)
    if (text is None) == (image is None):
        raise ValueError(
            "Pass the column of the inputs as either `text` or `image`. "
            f"Received: text={text!r}, image={image!r}"
        )
    if text is not None:
        check_no_range(pixel_range)
    inputs = text or image
    columns = [name for name in (inputs, *labels, group, split) if name is not None]
    skipped: list[tuple[str, str]] = []
    table, lines = read_columns(path, columns, encoding, separator, image, on_error, skipped)
    values = table[str(inputs)]
    examples = Examples(
        "text" if text else "image",
        [],
        range(len(values)),
        parts=None if split is None else [part_name(value) for value in table[split]],
        groups=None if group is None else table[group],
        typed=lines is None,
        name=lambda i: f"{path.name} line {lines[i]}" if lines else f"{path.name} row {i}",
        skipped=skipped,
    )
    if text:
        examples.inputs = ["" if value is None else value for value in values]
    else:
        if isinstance(values, list):
            finder = FileFinder(path.parent)
            # An empty cell stays empty: it is named by its line.
            values = [value and finder.find(value) for value in values]
        take_images(examples, values, on_error, pixel_range)
    if on_error == "skip":
        cells = () if may_be_empty else labels
        leave_out_empty(examples, {n: [table[n][row] for row in examples.labels] for n in cells})
    return examples, {name: [table[name][row] for row in examples.labels] for name in labels}


def part_name(value: Any) -> str:
    """Return the split that a cell of a split column names.

    Args:
        value: The cell.

    Returns:
        `"train"`, `"validation"` or `"test"`.

    Raises:
        ValueError: If the cell names no split.
    """
    name = str(value).strip().lower()
    if name not in PART_NAMES:
        raise unknown_name("split in the split column", value, PART_NAMES)
    return PART_NAMES[name]
