"""All splits of a data set as one, so that examples of different splits can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.data.assembly.corrections import example_key
from kerastl.data.assembly.label_text import given_label
from kerastl.data.images.encoded_images import Images
from kerastl.data.splits.box_split import BoxSplit
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.joining import join
from kerastl.data.splits.split import Split
from kerastl.data.splits.tagged_split import TaggedSplit


@dataclass(frozen=True)
class AllExamples:
    """The examples of all splits, in the order training, validation, test.

    Attributes:
        whole: All examples as one split.
        split_of: Number of each example's split in `split_names`, shape `(examples,)`.
        split_names: The names of the splits.
        groups: Number of each example's group, of examples that must be held out together, shape
            `(examples,)`; None without groups.
    """

    whole: Split
    split_of: np.ndarray
    split_names: tuple[str, ...]
    groups: np.ndarray | None = None

    @classmethod
    def of(cls, data: Dataset) -> AllExamples:
        """Join the splits of a labelled data set."""
        splits = list(data.splits.values())
        sizes = [len(split) for split in splits]
        whole = splits[0] if len(splits) == 1 else _joined(splits)
        split_of = np.repeat(np.arange(len(splits)), sizes)
        return cls(whole, split_of, tuple(data.splits), _groups(data))

    def __len__(self) -> int:
        return len(self.whole)

    @cached_property
    def texts(self) -> list[str]:
        """The texts; only of data with texts."""
        inputs: Any = self.whole.inputs
        return list(inputs)

    def split(self, index: int) -> str:
        """Return the name of an example's split."""
        return self.split_names[int(self.split_of[index])]

    def key(self, index: int) -> str:
        """Return the name of an example in a table of corrections."""
        return example_key(self.whole, index)

    def given(self, index: int) -> str:
        """Return the label of an example as a text."""
        return given_label(self.whole, index)

    @property
    def label_name(self) -> str:
        """What an example is labelled with: `"label"`, `"boxes"` or `"entities"`."""
        if isinstance(self.whole, BoxSplit):
            return "boxes"
        return "entities" if isinstance(self.whole, TaggedSplit) else "label"

    def shown(self, index: int, longest: int = 60) -> str:
        """Return a short name of an example for a line of a terminal."""
        text = printable(" ".join(self.key(index).split()))
        if len(text) <= longest:
            return text
        return f"…{text[1 - longest :]}" if self.has_files else f"{text[: longest - 1]}…"

    @cached_property
    def has_files(self) -> bool:
        """Whether the examples are files."""
        return isinstance(self.whole.inputs, Images) and bool(
            getattr(self.whole.inputs, "in_files", False)
        )

    def subset(self, kept: np.ndarray) -> AllExamples:
        """Keep the examples at some positions."""
        groups = None if self.groups is None else self.groups[kept]
        return AllExamples(self.whole.subset(kept), self.split_of[kept], self.split_names, groups)


def _groups(data: Dataset) -> np.ndarray | None:
    """Return the group of each example; those of a split without groups have their own each."""
    if data.groups is None:
        return None
    known = {"train": data.groups, **data.held_out_groups}
    found, free = [], 1 + max(int(each.max(initial=-1)) for each in known.values())
    for name, split in data.splits.items():
        found.append(known.get(name, np.arange(free, free + len(split))))
        free += len(split)
    return np.concatenate(found)


def _joined(splits: list[Split]) -> Split:
    first, inputs = splits[0], join(splits).inputs
    if isinstance(first, TaggedSplit):
        tagged = [each for each in splits if isinstance(each, TaggedSplit)]
        return TaggedSplit(
            [str(each.inputs[i]) for each in tagged for i in range(len(each))],
            [words for each in tagged for words in each.words],
            [
                tags[: len(words)]
                for each in tagged
                for tags, words in zip(each.labels, each.words, strict=True)
            ],
            first.class_names,
        )
    if isinstance(first, BoxSplit):
        boxed = [each for each in splits if isinstance(each, BoxSplit)]
        assert isinstance(inputs, Images)
        return BoxSplit(
            inputs,
            [boxes for each in boxed for boxes in each.boxes],
            [kinds for each in boxed for kinds in each.kinds],
            first.class_names,
            np.concatenate([each.sizes for each in boxed]),
        )
    labels = np.concatenate([np.asarray(each.labels) for each in splits])
    return type(first)(first.modality, inputs, labels, first.class_names)
