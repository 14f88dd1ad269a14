"""Data sets and splits as HTML for notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from kerastl.seeing.notebook.markup import Html, cards, page_part, paragraphs, table

_CLASSES, _OF_CLASS, _MOST = 8, 3, 12


class _Split(Protocol):
    """What is shown of a split, which imports this module."""

    modality: Any
    labels: np.ndarray | None

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Any: ...

    def summary_column(self) -> dict[str, str]: ...

    def summary_title(self) -> tuple[str, str]: ...


def dataset_html(
    splits: Mapping[str, _Split], notes: Sequence[str], skipped: Sequence[Any]
) -> Html:
    """Return the counts of each split, a few examples of each class, and the notes."""
    train = splits["train"]
    columns = {name: split.summary_column() for name, split in splits.items()}
    title, heading = train.summary_title()
    rows = [
        [name, *(column.get(name, "") for column in columns.values())] for name in columns["train"]
    ]
    total = ["total", *(f"{len(split):,}" for split in splits.values())]
    counts = table([heading, *columns], [total, *rows])
    remarks = list(notes)
    if skipped:
        remarks.append(f"left out: {len(skipped)} examples (see data.skipped)")
    return page_part(title, counts, _examples(train), paragraphs(remarks))


def split_html(split: _Split) -> Html:
    """Return a few examples of each class of a split."""
    kind = f"{len(split):,} {split.modality}s"
    return page_part(f"Split of {kind}", _examples(split))


def _examples(split: _Split) -> Html:
    shown = [split[index].html() for index in _chosen(split)]
    return cards(shown) if split.modality == "image" else Html("".join(shown))


def _chosen(split: _Split) -> Sequence[int]:
    """Choose the first examples of the first classes, or the first examples of all."""
    labels = split.labels
    if labels is None or labels.ndim != 1:
        return range(min(len(split), _MOST))
    found: list[int] = []
    for label in np.unique(labels)[:_CLASSES]:
        found += np.flatnonzero(labels == label)[:_OF_CLASS].tolist()
    return found[: _CLASSES * _OF_CLASS]
