"""Read multi-label data from memory or from a table file."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.data.assembly.corrections import read_corrections
from kerastl.data.assembly.examples import Examples
from kerastl.data.assembly.listed_classes import ClassNames, ListedClasses
from kerastl.data.assembly.multi_label import assemble_multi_label
from kerastl.data.images.inspection import OnError
from kerastl.data.inputs.label_table import read_label_rows
from kerastl.data.sources.memory import read_arrays
from kerastl.data.sources.table import read_table
from kerastl.data.splits.dataset import Dataset


def multi_label(
    inputs: Any,
    labels: Sequence[Sequence[Any]] | np.ndarray,
    *,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    groups: Sequence[Any] | np.ndarray | None = None,
    class_names: ClassNames | None = None,
    pixel_range: tuple[float, float] | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> Dataset:
    """Make a multi-label data set: each example has no label, one label or several.

    Args:
        inputs: As for `kerastl.data.arrays`.
        labels: A list of labels for each example, which may be empty; or an array, a tensor or
            lists of 0 and 1 of shape `(examples, labels)`, together with `class_names`; or a
            DataFrame of 0 and 1, whose columns are the labels.
        validation_split: Fraction to hold out for validation. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        groups: The group of each example. A group is never divided. Defaults to None.
        class_names: All labels, in the order of the columns. Integers in lists are then positions
            in it. Defaults to the labels of the training examples.
        pixel_range: As for `kerastl.data.arrays`.
        corrections: As for `kerastl.data.image_folder`. Defaults to None.


    Returns:
        The data set. Its splits are `kerastl.data.MultiLabelSplit`s, stratified by the rarest label
        of each example.

    Raises:
        ValueError: If inputs and labels do not match, or labels are unusable.

    Example:

    >>> data = multi_label(["rain stops play", "late goal"], [["sport", "weather"], ["sport"]])
    >>> data.train.labels.tolist()
    [[1.0, 1.0], [1.0, 0.0]]
    """
    listed = None if class_names is None else ListedClasses.of(class_names)
    read = read_label_rows(labels, None if listed is None else listed.names)
    examples = read_arrays(inputs, read.rows, groups, pixel_range)
    if read.columns is not None:
        listed = ListedClasses.of(read.columns)
        _name_columns(examples, read.rows, listed.names)
    examples.corrections = read_corrections(corrections)
    return assemble_multi_label(examples, listed, validation_split, test_split, seed)


def csv_multi_label(
    path: str | Path,
    *,
    text: str | None = None,
    image: str | None = None,
    label: str | None = None,
    labels: Sequence[str] | None = None,
    label_separator: str = ";",
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
    """Read multi-label data from a CSV, TSV or Parquet file with a header.

    Args:
        path: As for `kerastl.data.csv`.
        text: The column with the texts. Pass either `text` or `image`.
        image: The column with the images, as for `kerastl.data.csv`.
        label: The column whose cells are lists of labels. An empty cell has no label. Pass either
            `label` or `labels`.
        labels: The columns with 0 and 1, one for each label.
        label_separator: The text between two labels in a cell. Defaults to `";"`.
        class_names: All labels in order, with `label`. Defaults to the labels of the training
            examples.
        group: As for `kerastl.data.csv`.
        split: As for `kerastl.data.csv`.
        validation_split: Fraction to hold out for validation. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        encoding: Character encoding of a CSV or TSV file. Defaults to `"utf-8"`.
        separator: The character between two cells. Defaults to None: a comma (in `.tsv` a tab),
            or `;`, tab or `|` if the header has the columns only with it.
        on_error: As for `kerastl.data.csv`. Defaults to `"raise"`.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.
        corrections: As for `kerastl.data.image_folder`. Defaults to None.


    Returns:
        The data set. Its splits are `kerastl.data.MultiLabelSplit`s, stratified by the rarest label
        of each example.

    Raises:
        ValueError: If the file, a column or a value cannot be read. The error names the place.

    Example:
    ```python
    data = kerastl.data.csv_multi_label("films.csv", text="plot", label="genres", test_split=0.2)
    ```
    """
    if (label is None) == (not labels) or not label_separator or isinstance(labels, str):
        raise ValueError(
            "Pass a column of lists as `label`, with a `label_separator` that is not empty, or a "
            f"list of columns of 0 and 1 as `labels`. Received: label={label!r}, "
            f"labels={labels!r}, label_separator={label_separator!r}"
        )
    if labels and class_names is not None:
        raise ValueError(
            "The columns in `labels` name the labels: leave `class_names` out. "
            f"Received: class_names={class_names!r}"
        )
    columns = list(labels or [str(label)])
    examples, table = read_table(
        Path(path), columns, text, image, group, split, encoding, separator, on_error, pixel_range,
        may_be_empty=label is not None,
    )  # fmt: skip
    if label is None:
        rows = list(zip(*(table[name] for name in columns), strict=True))
        _name_columns(examples, rows, columns)
        examples.corrections = read_corrections(corrections)
        return assemble_multi_label(examples, columns, validation_split, test_split, seed)
    cells = ["" if cell is None else str(cell) for cell in table[label]]
    listed = [[each.strip() for each in cell.split(label_separator)] for cell in cells]
    examples.labels = [[name for name in each if name] for each in listed]
    examples.corrections = read_corrections(corrections)
    return assemble_multi_label(examples, class_names, validation_split, test_split, seed)


def _name_columns(examples: Examples, rows: Any, names: Sequence[str]) -> None:
    """Convert rows of 0 and 1 to lists of label names."""
    named = []
    for i, row in enumerate(rows):
        chosen = []
        for value, name in zip(row, names, strict=True):
            written = str(value).strip().lower()
            if written not in ("0", "0.0", "false", "1", "1.0", "true"):
                raise ValueError(
                    f"A label must be 0 or 1. Received: {name}={str(value)!r} for "
                    f"{examples.name(i)}"
                )
            if written in ("1", "1.0", "true"):
                chosen.append(str(name))
        named.append(chosen)
    examples.labels = named
    examples.typed = True  # names of columns, not cells
