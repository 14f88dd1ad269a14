"""Data sets of the Hugging Face `datasets` package."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerastl.basics.suggest import unknown_name
from kerastl.data.assembly.examples import Examples, assemble, take_images
from kerastl.data.images.inspection import OnError
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
    group: str | None = None,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    on_error: OnError = "raise",
) -> Dataset:
    """Read a `datasets.Dataset`, or a `DatasetDict` whose parts are kept as they are.

    Images stay where the data set holds them and are read when they are needed.

    Args:
        dataset: What `datasets.load_dataset` or `datasets.load_from_disk` gives.
        text: The column with the texts. Give this, `image` or `tokens`.
        image: The column with the images, a `datasets.Image` feature.
        tokens: The column with lists of words, where `label` has as many tags, such as
            `"tokens"` beside `"ner_tags"`; see `kerastl.TokenClassification`.
        label: The column with the labels; a `ClassLabel` gives the class names.
        group: The column that says what belongs together and must not be divided. Defaults to
            none.
        validation_split: The share to hold out for validation. Defaults to 0.
        test_split: The share to hold out for testing. Defaults to 0.
        seed: Chooses the split. Defaults to 0.
        on_error: `"raise"` or `"skip"` unreadable images. Defaults to `"raise"`.

    Returns:
        The data set.

    Raises:
        ImportError: If the `datasets` package is not installed.
        ValueError: For another kind of object, or a column that is not there.

    Example:
    ```python
    data = kerastl.data.huggingface(datasets.load_from_disk("food"), image="image", label="label")
    ```
    """
    try:
        import datasets
    except ImportError as error:
        raise ImportError(
            "kerastl.data.huggingface needs the datasets package: "
            "pip install 'kerastl[huggingface]'"
        ) from error
    if sum(column is not None for column in (text, image, tokens)) != 1:
        raise ValueError(
            "Name the column of the inputs with text=, image= or tokens=. "
            f"Received: text={text!r}, image={image!r}, tokens={tokens!r}"
        )
    if tokens is not None and group is not None:
        raise ValueError(f"Token data is divided by row: leave group out. Received: {group!r}")
    if isinstance(dataset, datasets.Dataset):
        named, parts_known = {"train": dataset}, False
    elif isinstance(dataset, datasets.DatasetDict):
        named, parts_known = dict(dataset), True
    else:
        raise ValueError(
            "Give a datasets.Dataset or a DatasetDict (not one that streams). "
            f"Received: {type(dataset).__name__}"
        )
    if tokens is not None:
        return read_hub_tokens(
            named, parts_known, tokens, label, validation_split, test_split, seed
        )
    examples = Examples("text" if text else "image", [], labels := [])
    parts: list[str] = []
    groups: list[Any] = []
    tables: list[Any] = []
    for name, table in named.items():
        part = PART_NAMES.get(name.lower())
        if part is None:
            examples.notes.append(f"the split {name!r} is neither train nor test: left out")
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
        examples.inputs = [value or "" for table in tables for value in table[text][:]]
    else:
        images = _ImageColumn([_encoded(table, str(image)) for table in tables])
        take_images(examples, images, on_error)
    return assemble(examples, validation_split, test_split, seed)


class _ImageColumn(Sequence[bytes]):
    """The encoded images of several tables, each read when it is asked for."""

    def __init__(self, columns: Sequence[Any]) -> None:
        self._columns = columns
        self._ends = np.cumsum([len(column) for column in columns])

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def __getitem__(self, index: Any) -> Any:
        number = int(np.searchsorted(self._ends, index, side="right"))
        start = int(self._ends[number - 1]) if number else 0
        value = self._columns[number][int(index) - start]
        if value["bytes"] is not None:
            return value["bytes"]
        with open(value["path"], "rb") as file:
            return file.read()


def _labels(table: Any, label: str) -> list[Any]:
    values = table[label][:]
    names = getattr(table.features[label], "names", None)
    # A missing ClassLabel is None or -1; it stays so and is reported as missing.
    return [names[v] if v is not None and v >= 0 else None for v in values] if names else values


def _encoded(table: Any, image: str) -> Any:
    import datasets

    if not isinstance(table.features[image], datasets.Image):
        raise ValueError(
            "The image column must be a datasets.Image feature: see Dataset.cast_column. "
            f"Received: {image!r} of type {table.features[image]}"
        )
    undecoded = table.select_columns([image]).cast_column(image, datasets.Image(decode=False))
    return undecoded[image]
