"""Read data sets of the Hugging Face `datasets` package."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerastl.basics.files.regular_file import read_regular
from kerastl.basics.suggest import unknown_name
from kerastl.data.assembly.corrections import read_corrections
from kerastl.data.assembly.empty_cells import leave_out_empty
from kerastl.data.assembly.examples import Examples, assemble, take_images
from kerastl.data.assembly.labels import stored_name
from kerastl.data.assembly.listed_classes import ClassNames
from kerastl.data.images.inspection import OnError, check_on_error
from kerastl.data.images.pixel_range import check_no_range
from kerastl.data.reading.stored_values import stored_values
from kerastl.data.sources.hub_tokens import read_hub_tokens
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.splitting import PART_NAMES


def huggingface(
    dataset: Any,
    *,
    text: str | None = None,
    image: str | None = None,
    tokens: str | None = None,
    label: str,
    class_names: ClassNames | None = None,
    group: str | None = None,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    on_error: OnError = "raise",
    pixel_range: tuple[float, float] | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> Dataset:
    """Read a `datasets.Dataset`, or a `DatasetDict` with its own splits.

    Images are read from the data set when a pipeline needs them.

    Args:
        dataset: The result of `datasets.load_dataset` or `datasets.load_from_disk`, not streamed.
        text: The column with the texts. Pass exactly one of `text`, `image` and `tokens`.
        image: The column with the images, a `datasets.Image` feature.
        tokens: The column with lists of words, such as `"tokens"`, for
            `kerastl.TokenClassification`. `label` is then a column with a tag for each word, such
            as `"ner_tags"`.
        label: The column with the labels. A `ClassLabel` feature gives the class names.
        class_names: The classes in the order of the model's outputs, not with `tokens`. Integers
            without names are positions in it. Defaults to the labels of the training examples.
        group: The column with the group of each example, such as a person. A group is never
            divided. Defaults to None.
        validation_split: Fraction to hold out for validation. Defaults to 0.
        test_split: Fraction to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        on_error: `"raise"` an error for unreadable images, empty texts, missing labels and damaged
            tags, or `"skip"` such rows and list them in `Dataset.skipped`. Defaults to `"raise"`.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.
        corrections: As for `kerastl.data.image_folder`. Defaults to None.


    Returns:
        The data set.

    Raises:
        ImportError: If the `datasets` package is not installed.
        ValueError: If `dataset` is another object, or a column does not exist or is unusable.

    Example:
    ```python
    data = kerastl.data.huggingface(datasets.load_from_disk("food"), image="image", label="label")
    ```
    """
    try:
        import datasets
    except ImportError as error:
        raise ImportError(
            "`kerastl.data.huggingface` needs the `datasets` package: "
            "pip install 'kerastl[huggingface]'"
        ) from error
    check_on_error(on_error)
    if sum(column is not None for column in (text, image, tokens)) != 1:
        raise ValueError(
            "Pass the column of the inputs as exactly one of `text`, `image` and `tokens`. "
            f"Received: text={text!r}, image={image!r}, tokens={tokens!r}"
        )
    if tokens is not None and group is not None:
        raise ValueError(
            f"Groups do not work with `tokens`: leave `group` out. Received: group={group!r}"
        )
    if tokens is not None and class_names is not None:
        raise ValueError(
            "The tags name the classes of `tokens`: leave `class_names` out. "
            f"Received: class_names={class_names!r}"
        )
    if isinstance(dataset, datasets.Dataset):
        named, parts_known = {"train": dataset}, False
    elif isinstance(dataset, datasets.DatasetDict):
        named, parts_known = dict(dataset), True
    else:
        raise ValueError(
            "`dataset` must be a datasets.Dataset or a datasets.DatasetDict, not streamed. "
            f"Received: {type(dataset).__name__}"
        )
    if tokens is not None:
        check_no_range(pixel_range)
        return read_hub_tokens(
            named,
            parts_known,
            tokens,
            label,
            validation_split,
            test_split,
            seed,
            on_error,
            read_corrections(corrections),
        )
    examples = Examples("text" if text else "image", [], labels := [], class_names=class_names)
    parts: list[str] = []
    groups: list[Any] = []
    tables: list[Any] = []
    for name, table in named.items():
        part = PART_NAMES.get(name.lower())
        if part is None:
            examples.notes.append(f"split with another name, left out: {name!r}")
            continue
        for column in (text or image, label, group):
            if column is not None and column not in table.column_names:
                raise unknown_name("column", column, table.column_names)
        labels += _labels(table, label)
        parts += [part] * len(table)
        groups += table[group][:] if group else []
        tables.append(table)
    examples.parts = parts if parts_known else None
    examples.groups = groups if group else None
    if text:
        check_no_range(pixel_range)
        examples.inputs = [value or "" for table in tables for value in _values(table, text)]
    else:
        images = _ImageColumn([_encoded(table, str(image)) for table in tables])
        take_images(examples, images, on_error, pixel_range)
    if on_error == "skip":
        leave_out_empty(examples, {label: examples.labels})
    examples.corrections = read_corrections(corrections)
    return assemble(examples, validation_split, test_split, seed)


class _ImageColumn(Sequence[bytes]):
    """The encoded images of several tables, read on access."""

    def __init__(self, columns: Sequence[Any]) -> None:
        self._columns = columns
        self._ends = np.cumsum([len(column) for column in columns])

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def __getitem__(self, index: Any) -> Any:
        number = int(np.searchsorted(self._ends, index, side="right"))
        start = int(self._ends[number - 1]) if number else 0
        value = self._columns[number][int(index) - start]
        if value is None:
            return b""
        if value["bytes"] is not None:
            return value["bytes"]
        return read_regular(value["path"])


def _labels(table: Any, label: str) -> list[Any]:
    values = _values(table, label)
    names = getattr(table.features[label], "names", None)
    return [stored_name(names, value, f"row {row}") for row, value in enumerate(values)]


def _values(table: Any, column: str) -> list[Any]:
    return stored_values(
        lambda: table[column][:], lambda row: table[row][column], column, "row {}".format
    )


def _encoded(table: Any, image: str) -> Any:
    import datasets

    if not isinstance(table.features[image], datasets.Image):
        raise ValueError(
            "The image column must be a datasets.Image feature: convert it with "
            "`datasets.Dataset.cast_column`. "
            f"Received: {image!r} of type {table.features[image]}"
        )
    undecoded = table.select_columns([image]).cast_column(image, datasets.Image(decode=False))
    return undecoded[image]
