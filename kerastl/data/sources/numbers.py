"""Read data for a regression from memory or from a table file."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.data.assembly.corrections import read_corrections
from kerastl.data.assembly.numbers import assemble_numbers
from kerastl.data.images.inspection import OnError
from kerastl.data.inputs.kinds import column_names
from kerastl.data.inputs.values import list_values, table_column
from kerastl.data.sources.memory import read_arrays
from kerastl.data.sources.table import read_table
from kerastl.data.splits.dataset import Dataset


def numbers(
    inputs: Any,
    values: Sequence[Any] | np.ndarray,
    *,
    target_names: str | Sequence[str] | None = None,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    groups: Sequence[Any] | np.ndarray | None = None,
    pixel_range: tuple[float, float] | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> Dataset:
    """Make a data set for a regression: each example has one or several numbers.

    Args:
        inputs: As for `kerastl.data.arrays`.
        values: Numbers of shape `(examples,)` or `(examples, targets)`, also as a DataFrame.
        target_names: The name of the target, or one name for each column. Defaults to the columns
            of a DataFrame, else to `"value"`, or to `"value 0"`, `"value 1"` and so on.
        validation_split: Fraction to hold out for validation. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        groups: The group of each example. A group is never divided. Defaults to None.
        pixel_range: As for `kerastl.data.arrays`.
        corrections: As for `kerastl.data.image_folder`. Defaults to None.


    Returns:
        The data set. Its splits are `kerastl.data.NumberSplit`s, stratified by quintiles of the
        first target.

    Raises:
        ValueError: If inputs and values do not match, or a value is not a finite number.

    Example:

    >>> data = numbers(["dull", "fine", "superb"], [1, 3, 5], target_names="stars")
    >>> data.target_names, data.train.labels.tolist()
    (('stars',), [[1.0], [3.0], [5.0]])
    """
    columns = column_names(values)
    if columns is not None:
        target_names = columns if target_names is None else target_names
        values = list(zip(*(table_column(values, column) for column in columns), strict=True))
    table = np.asarray(list_values(values, "values"))
    if table.ndim == 1:
        table = table[:, None]
    if table.ndim != 2 or not table.shape[1]:
        raise ValueError(
            "`values` must have shape (examples,) or (examples, targets). "
            f"Received: values of shape {np.shape(values)}"
        )
    width = table.shape[1]
    if target_names is None:
        target_names = ["value"] if width == 1 else [f"value {i}" for i in range(width)]
    names = [target_names] if isinstance(target_names, str) else list(map(str, target_names))
    if len(names) != width:
        raise ValueError(
            "`target_names` must have one name for each column of `values`. "
            f"Received: {width} columns and target_names={names!r}"
        )
    examples = read_arrays(inputs, list(table), groups, pixel_range)
    examples.corrections = read_corrections(corrections)
    return assemble_numbers(examples, names, validation_split, test_split, seed)


def csv_numbers(
    path: str | Path,
    *,
    text: str | None = None,
    image: str | None = None,
    values: str | Sequence[str],
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
    """Read data for a regression from a CSV, TSV or Parquet file with a header.

    Args:
        path: As for `kerastl.data.csv`.
        text: The column with the texts. Pass either `text` or `image`.
        image: The column with the images, as for `kerastl.data.csv`.
        values: The column with the numbers, or a list of columns. The column names become the
            `target_names` of the data set.
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
        The data set. Its splits are `kerastl.data.NumberSplit`s, stratified by quintiles of the
        first target.

    Raises:
        ValueError: If the file, a column or a value cannot be read. The error names the place.

    Example:
    ```python
    data = kerastl.data.csv_numbers("reviews.csv", text="review", values="stars", test_split=0.2)
    ```
    """
    names = [values] if isinstance(values, str) else list(values)
    examples, table = read_table(
        Path(path), names, text, image, group, split, encoding, separator, on_error, pixel_range
    )
    examples.labels = list(zip(*(table[name] for name in names), strict=True))
    examples.corrections = read_corrections(corrections)
    return assemble_numbers(examples, names, validation_split, test_split, seed)
