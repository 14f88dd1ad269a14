"""Examples of the class `_other`, which belong to no class."""

from __future__ import annotations

import numpy as np

from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.joining import join
from kerastl.data.splits.split import Split

OTHER = "_other"
"""Name of the folder or label of examples that belong to no class."""


def known_part(split: Split) -> tuple[Split, Split | None]:
    """Divide a split into examples of its classes and those of the class `_other`.

    Args:
        split: Labelled or unlabelled examples.

    Returns:
        The split without the class `_other`, and its examples; the split itself and None if it has
        no such class.
    """
    if split.labels is None or OTHER not in split.class_names:
        return split, None
    number = split.class_names.index(OTHER)
    rows = split.labels != number
    known = split.subset(np.flatnonzero(rows))
    assert known.labels is not None
    known.labels = known.labels - (known.labels > number).astype(np.int32)
    known.class_names = tuple(name for name in split.class_names if name != OTHER)
    others = split.subset(np.flatnonzero(~rows))
    return known, others if len(others) else None


def known_data(data: Dataset) -> tuple[Dataset, Split | None]:
    """Divide a data set into examples of its classes and those of the class `_other`.

    Args:
        data: The data set.

    Returns:
        The data set without the class `_other`, and its training and validation examples; the data
        set itself and None if it has no such class.
    """
    if OTHER not in data.class_names:
        return data, None
    parts = {name: known_part(split) for name, split in data.splits.items()}
    train_rows = _rows(data.train)
    known = Dataset(
        **{name: part for name, (part, _) in parts.items()},
        skipped=data.skipped,
        notes=data.notes,
        groups=None if data.groups is None else data.groups[train_rows],
        held_out_groups={
            name: groups[_rows(data.splits[name])] for name, groups in data.held_out_groups.items()
        },
        held_out=data.held_out,
    )
    found = [parts[name][1] for name in ("train", "validation") if name in parts]
    others = [each for each in found if each is not None]
    return known, join(others) if others else None


def _rows(split: Split) -> np.ndarray:
    assert split.labels is not None
    return np.flatnonzero(split.labels != split.class_names.index(OTHER))
