"""Examples with numbers, in memory or in a table file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.data.assembly.numbers import assemble_numbers
from kerastl.data.images.inspection import OnError
from kerastl.data.sources.memory import read_arrays
from kerastl.data.sources.table import read_table
from kerastl.data.splits.dataset import Dataset


def numbers(
    inputs: Any,
    values: Sequence[Any] | np.ndarray,
    *,
    names: str | Sequence[str] | None = None,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    groups: Sequence[Any] | np.ndarray | None = None,
    pixel_range: tuple[float, float] | None = None,
) -> Dataset:
    """Make a data set from examples that have one number or several.

    Args:
        inputs: As for `kerastl.data.arrays`.
        values: Numbers of shape `(examples,)` or `(examples, targets)`.
        names: What the numbers are; one name, or one for each column. Defaults to `"value"`, or
            `"value 0"`, `"value 1"` and so on.
        validation_split: The share to hold out for validation. Defaults to 0.
        test_split: The share to hold out for testing. Defaults to 0.
        seed: Chooses the split.
        groups: What each example belongs to and must not be divided. Defaults to none.
        pixel_range: As for `kerastl.data.arrays`.

    Returns:
        The data set; its splits are `kerastl.data.NumberSplit`s. A division keeps fifths of the
        first target in proportion.

    Raises:
        ValueError: If inputs and values do not match, or a value is no finite number.

    Example:

    >>> data = numbers(["dull", "fine", "superb"], [1, 3, 5], names="stars")
    >>> data.train.labels.tolist()
    [[1.0], [3.0], [5.0]]
    """
    table = np.asarray(values)
    if table.ndim == 1:
        table = table[:, None]
    if table.ndim != 2 or not table.shape[1]:
        raise ValueError(
            "Give one number an example, or a table with one row an example. "
            f"Received: values of shape {np.shape(values)}"
        )
    width = table.shape[1]
    if names is None:
        names = ["value"] if width == 1 else [f"value {i}" for i in range(width)]
    names = [names] if isinstance(names, str) else [str(name) for name in names]
    if len(names) != width:
        raise ValueError(
            f"Every column of values has a name. Received: {width} columns and names={names!r}"
        )
    examples = read_arrays(inputs, list(table), groups, pixel_range)
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
) -> Dataset:
    """Read examples with numbers from a CSV, TSV or Parquet file with a header.

    Args:
        path: As for `kerastl.data.csv`.
        text: The column with the texts. Give this or `image`.
        image: The column with paths of images, relative to the table's folder.
        values: The column with the numbers, or several.
        group: As for `kerastl.data.csv`.
        split: As for `kerastl.data.csv`.
        validation_split: The share to hold out for validation. Defaults to 0.
        test_split: The share to hold out for testing. Defaults to 0.
        seed: Chooses the split.
        encoding: How a CSV file's characters are written. Defaults to `"utf-8"`.
        separator: What is between two cells. Defaults to a tab for `.tsv`, else a comma.
        on_error: `"raise"` or `"skip"` unreadable images. Defaults to `"raise"`.

    Returns:
        The data set; its splits are `kerastl.data.NumberSplit`s.

    Raises:
        ValueError: For what cannot be read, by name and place.

    Example:
    ```python
    data = kerastl.data.csv_numbers("reviews.csv", text="review", values="stars", test_split=0.2)
    ```
    """
    names = [values] if isinstance(values, str) else list(values)
    examples, table = read_table(
        Path(path), names, text, image, group, split, encoding, separator, on_error
    )
    examples.labels = list(zip(*(table[name] for name in names), strict=True))
    return assemble_numbers(examples, names, validation_split, test_split, seed)
