"""Examples with any number of labels, in memory or in a table file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.data.assembly.examples import Examples
from kerastl.data.assembly.multi_label import assemble_multi_label
from kerastl.data.images.inspection import OnError
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
    class_names: Sequence[str] | None = None,
    pixel_range: tuple[float, float] | None = None,
) -> Dataset:
    """Make a data set from examples that have no label, one or several.

    Args:
        inputs: As for `kerastl.data.arrays`.
        labels: For each example a list of labels, empty where it has none; or with `class_names`
            a table of 0 and 1, an array of shape `(examples, labels)`.
        validation_split: The share to hold out for validation. Defaults to 0.
        test_split: The share to hold out for testing. Defaults to 0.
        seed: Chooses the split.
        groups: What each example belongs to and must not be divided. Defaults to none.
        class_names: The labels there are, in the order of the columns of a table. Defaults to
            those in the lists.
        pixel_range: As for `kerastl.data.arrays`.

    Returns:
        The data set; its splits are `kerastl.data.MultiLabelSplit`s. A division keeps the rarest
        label of each example in proportion.

    Raises:
        ValueError: If inputs and labels do not match, or labels cannot be used.

    Example:

    >>> data = multi_label(["rain stops play", "late goal"], [["sport", "weather"], ["sport"]])
    >>> data.train.labels.tolist()
    [[1.0, 1.0], [1.0, 0.0]]
    """
    examples = read_arrays(inputs, labels, groups, pixel_range)
    if isinstance(labels, np.ndarray) and labels.dtype != object:
        if class_names is None or labels.ndim != 2 or labels.shape[1] != len(class_names):
            raise ValueError(
                "A table of 0 and 1 needs class_names, one for each column. "
                f"Received: shape {labels.shape}, class_names={class_names!r}"
            )
        _name_columns(examples, labels, class_names)
    return assemble_multi_label(examples, class_names, validation_split, test_split, seed)


def csv_multi_label(
    path: str | Path,
    *,
    text: str | None = None,
    image: str | None = None,
    label: str | None = None,
    labels: Sequence[str] | None = None,
    label_separator: str = ";",
    group: str | None = None,
    split: str | None = None,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    encoding: str = "utf-8",
    separator: str | None = None,
    on_error: OnError = "raise",
) -> Dataset:
    """Read examples with several labels from a CSV, TSV or Parquet file with a header.

    Args:
        path: As for `kerastl.data.csv`.
        text: The column with the texts. Give this or `image`.
        image: The column with paths of images, relative to the table's folder.
        label: The column whose cells list labels; an empty cell has none. Give this or `labels`.
        labels: The columns that are labels, each with 0 and 1.
        label_separator: What is between two labels in a cell. Defaults to a semicolon.
        group: As for `kerastl.data.csv`.
        split: As for `kerastl.data.csv`.
        validation_split: The share to hold out for validation. Defaults to 0.
        test_split: The share to hold out for testing. Defaults to 0.
        seed: Chooses the split.
        encoding: How a CSV file's characters are written. Defaults to `"utf-8"`.
        separator: What is between two cells. Defaults to a tab for `.tsv`, else a comma.
        on_error: `"raise"` or `"skip"` unreadable images. Defaults to `"raise"`.

    Returns:
        The data set; its splits are `kerastl.data.MultiLabelSplit`s.

    Raises:
        ValueError: For what cannot be read, by name and place.

    Example:
    ```python
    data = kerastl.data.csv_multi_label("films.csv", text="plot", label="genres", test_split=0.2)
    ```
    """
    if (label is None) == (not labels) or not label_separator or isinstance(labels, str):
        raise ValueError(
            "Name one column of lists with label= and what is between two labels, or a list of "
            f"columns of 0 and 1 with labels=. Received: label={label!r}, labels={labels!r}, "
            f"label_separator={label_separator!r}"
        )
    columns = list(labels or [str(label)])
    examples, table = read_table(
        Path(path), columns, text, image, group, split, encoding, separator, on_error
    )
    if label is None:
        rows = list(zip(*(table[name] for name in columns), strict=True))
        _name_columns(examples, rows, columns)
        return assemble_multi_label(examples, columns, validation_split, test_split, seed)
    cells = ["" if cell is None else str(cell) for cell in table[label]]
    listed = [[each.strip() for each in cell.split(label_separator)] for cell in cells]
    examples.labels = [[name for name in each if name] for each in listed]
    return assemble_multi_label(examples, None, validation_split, test_split, seed)


def _name_columns(examples: Examples, rows: Any, names: Sequence[str]) -> None:
    """Turn rows of 0 and 1 into lists of names."""
    named = []
    for i, row in enumerate(rows):
        chosen = []
        for value, name in zip(row, names, strict=True):
            written = str(value).strip().lower()
            if written not in ("0", "0.0", "false", "1", "1.0", "true"):
                raise ValueError(
                    f"A label is there (1) or not (0). Received: {str(value)!r} as {name!r} of "
                    f"{examples.name(i)}"
                )
            if written in ("1", "1.0", "true"):
                chosen.append(str(name))
        named.append(chosen)
    examples.labels = named
