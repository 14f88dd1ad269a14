"""Add examples of another folder or table to a training split."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.basics.suggest import unknown_name
from kerastl.data.assembly.duplicates import duplicate_notes
from kerastl.data.reading.files import find_images, visible_folders
from kerastl.data.sources.table import csv
from kerastl.data.sources.unlabelled_files import read_image_files
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.joining import join
from kerastl.data.splits.split import Split


def with_more(data: Dataset, path: str | os.PathLike[str]) -> Dataset:
    """Return a data set with more training examples, such as corrections of `kerastl try`.

    Validation and test split stay as they are.

    Args:
        data: A data set with one class for each example.
        path: For images a folder with one folder for each class that has images, or a table with
            the columns `image` and `label`; for texts a table with the columns `text` and `label`.
            Rows of a table that cannot be used, such as those without a label, are left out.

    Returns:
        A new data set. An added example is a group of its own if the data has groups. Its notes
        say how many held-out examples are among the added ones, too.

    Raises:
        FileNotFoundError: If nothing is at the path.
        ValueError: If a class is not one of the data set, or an example cannot be read.

    Example:

    ```python
    data = kerastl.data.with_more(kerastl.data.image_folder("photos"), "corrections")
    ```
    """
    path = Path(path)
    if type(data.train) is not Split or data.train.labels is None:
        raise ValueError(
            "Examples can be added to data with one class for each example. "
            f"Received: {data.train!r}"
        )
    if not path.exists():
        raise FileNotFoundError(f"There are no examples to add. Received: {str(path)!r}")
    skipped = data.skipped
    if path.is_dir():
        more = _folder(path, data.train)
    else:
        columns: Any = {data.modality: data.modality}
        table = csv(
            path, **columns, label="label", class_names=data.class_names, on_error="skip",
            pixel_range=getattr(data.train.inputs, "pixel_range", None),
        )  # fmt: skip
        more = table.train
        skipped = [*skipped, *table.skipped]
    assert more.labels is not None
    train = Split(
        data.modality,
        join([data.train, more]).inputs,
        np.concatenate([data.train.labels, more.labels]),
        data.class_names,
    )
    groups = data.groups
    if groups is not None:
        every = [groups, *data.held_out_groups.values()]
        first = 1 + max(int(each.max(initial=-1)) for each in every)
        groups = np.concatenate([groups, np.arange(first, first + len(more))])
    return Dataset(
        train,
        data.validation,
        data.test,
        skipped=skipped,
        notes=[
            *data.notes,
            f"training examples added from {path}: {len(more)}",
            *_shared_notes(more, data),
        ],
        groups=groups,
        held_out_groups=data.held_out_groups,
        held_out=data.held_out,
    )


def _shared_notes(more: Split, data: Dataset) -> list[str]:
    """Describe held-out examples that are among the added ones, too."""
    splits = {0: more, 1: data.validation, 2: data.test}
    present = {part: split for part, split in splits.items() if split is not None}
    parts = np.repeat(list(present), [len(split) for split in present.values()])
    return duplicate_notes(join(list(present.values())).inputs, parts)


def _folder(path: Path, train: Split) -> Split:
    if train.modality == "text":
        raise ValueError(f"Texts are added from a table. Received: {str(path)!r}")
    files: list[str] = []
    labels: list[int] = []
    for folder in visible_folders(path):
        if folder.name not in train.class_names:
            raise unknown_name("class", folder.name, train.class_names)
        images, _ = find_images(folder)
        files += map(str, images)
        labels += [train.class_names.index(folder.name)] * len(images)
    pixel_range = getattr(train.inputs, "pixel_range", None)
    images_read = read_image_files(files, "raise", pixel_range).inputs
    return Split("image", images_read, labels, train.class_names)
