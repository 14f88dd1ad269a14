"""Read texts or images from a table in memory, such as a DataFrame."""

import os
from pathlib import Path
from typing import Any

from kerastl.basics.suggest import unknown_name
from kerastl.data.assembly.corrections import read_corrections
from kerastl.data.assembly.empty_cells import is_missing, leave_out_empty
from kerastl.data.assembly.examples import Examples, assemble, take_images
from kerastl.data.assembly.listed_classes import ClassNames
from kerastl.data.images.inspection import OnError, check_on_error
from kerastl.data.images.pixel_range import check_no_range
from kerastl.data.images.raw import read_images
from kerastl.data.inputs.examples import plain_example
from kerastl.data.inputs.kinds import column_names, describe
from kerastl.data.inputs.values import table_column
from kerastl.data.sources.table import part_name
from kerastl.data.splits.dataset import Dataset


def dataframe(
    table: Any,
    *,
    text: str | None = None,
    image: str | None = None,
    label: str,
    group: str | None = None,
    split: str | None = None,
    folder: str | os.PathLike[str] = ".",
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    class_names: ClassNames | None = None,
    on_error: OnError = "raise",
    pixel_range: tuple[float, float] | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> Dataset:
    """Read texts or images from a DataFrame or another table in memory.

    Args:
        table: A pandas or polars DataFrame, a pyarrow Table or a structured NumPy array.
        text: The column with the texts. Pass either `text` or `image`.
        image: The column with paths of images, contents of image files, Pillow images or arrays.
        label: The column with the labels.
        group: The column with the group of each example, such as a person. A group is never
            divided. Defaults to None.
        split: The column with the split of each example: `train`, `validation` or `test`. Defaults
            to None.
        folder: The folder that paths of images are relative to. Defaults to the working directory.
        validation_split: Fraction to hold out for validation. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        class_names: The classes in the order of the model's outputs. Integer labels are then
            positions in it, and strings are names. Defaults to the labels of the training
            examples.
        on_error: `"raise"` an error for unreadable images and empty cells, or `"skip"` them and
            list them in `Dataset.skipped`. Defaults to `"raise"`.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.
        corrections: A CSV file from `Inspection.write_corrections` that a person edited. Labels are
            changed and examples left out after the split. Defaults to None.

    Returns:
        The data set.

    Raises:
        ValueError: If this is not a table, or a column, a text, an image or a label cannot be read.
            The error names the row, counted from 0.

    Example:

    >>> import pandas as pd
    >>> table = pd.DataFrame({"review": ["good", "bad"], "stars": [5, 1]})
    >>> dataframe(table, text="review", label="stars").class_names
    ('1', '5')
    """
    check_on_error(on_error)
    known = column_names(table)
    if known is None:
        raise ValueError(
            "`table` must be a table with named columns, such as a DataFrame. Read a file with "
            f"`kerastl.data.csv`. Received: {describe(table)}"
        )
    if (text is None) == (image is None):
        raise ValueError(
            "Pass the column of the inputs as either `text` or `image`. "
            f"Received: text={text!r}, image={image!r}"
        )
    columns: dict[Any, list[Any]] = {}
    inputs = image if text is None else text
    for name in (inputs, label, group, split):
        if name is not None:
            if str(name) not in known:
                raise unknown_name("column", name, known)
            columns[name] = table_column(table, str(name))
    values = columns[inputs]
    examples = Examples(
        "image" if text is None else "text",
        [],
        columns[label],
        parts=None if split is None else [part_name(value) for value in columns[split]],
        groups=None if group is None else columns[group],
        class_names=class_names,
        name="row {}".format,
    )
    if text is not None:
        check_no_range(pixel_range)
        examples.inputs = ["" if value is None else value for value in values]
    else:
        images = [plain_example(value) for value in values]
        _take_images(examples, images, Path(folder), on_error, pixel_range)
    if on_error == "skip":
        leave_out_empty(examples, {label: examples.labels})
    examples.corrections = read_corrections(corrections)
    return assemble(examples, validation_split, test_split, seed)


def _take_images(
    examples: Examples,
    values: list[Any],
    folder: Path,
    on_error: OnError,
    pixel_range: tuple[float, float] | None,
) -> None:
    # Hugging Face writes an image as {"bytes": ..., "path": ...}.
    values = [(v.get("bytes") or v.get("path")) if isinstance(v, dict) else v for v in values]
    missing = [row for row, value in enumerate(values) if is_missing(value)]
    if missing and on_error == "raise":
        row = missing[0]
        raise ValueError(
            'An image is missing: remove the row, or pass `on_error="skip"`. '
            f"Received: {values[row]!r} for {examples.name(row)}"
        )
    if missing:
        examples.skipped += [(examples.name(row), "the image is missing") for row in missing]
        kept = [row for row, value in enumerate(values) if not is_missing(value)]
        examples.keep(kept)
        values = [values[row] for row in kept]
    if all(isinstance(value, str | Path) for value in values):
        take_images(examples, [str(folder / value) for value in values], on_error, pixel_range)
    elif all(isinstance(value, bytes) for value in values):
        take_images(examples, values, on_error, pixel_range)
    else:
        examples.inputs = read_images(values, pixel_range)
