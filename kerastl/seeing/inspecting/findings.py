"""What was found in a data set, by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from kerastl.data.splits.multi_label_split import MultiLabelSplit
from kerastl.data.splits.number_split import NumberSplit
from kerastl.data.splits.tagged_split import TaggedSplit
from kerastl.seeing.inspecting.all_examples import AllExamples
from kerastl.seeing.inspecting.problem import MEANINGS, Kind, Problem

WORD_COUNTS = "counts of words"
"""What stands for the name of a backbone if texts were compared by their words."""

_KINDS = {
    MultiLabelSplit: ("label", "labels"),
    NumberSplit: ("target", "targets"),
    TaggedSplit: ("entity type", "entity types"),
}


@dataclass(frozen=True)
class Findings:
    """The problems of a data set.

    Attributes:
        problems: What a person should look at, by kind and then the surest first. Those that are
            not `probable` are candidates.
        examples: The examples of all splits.
        counts: Number of examples of each class by split, in the order of `class_names`.
        class_names: The classes, labels, entity types or targets.
        measured: Numbers of each example to draw, by label: sizes and aspect ratios of images, or
            lengths of texts.
        notes: Remarks, one sentence each.
        unchecked: Why a kind of problem was not looked for, by kind.
        backbone: The backbone whose features were compared, or an empty string.
        seconds: Seconds of each step, by name.
    """

    problems: Sequence[Problem]
    examples: AllExamples
    counts: Mapping[str, Sequence[int]]
    class_names: tuple[str, ...]
    measured: Mapping[str, np.ndarray]
    notes: Sequence[str] = ()
    unchecked: Mapping[Kind, str] = field(default_factory=dict)
    backbone: str = ""
    seconds: Mapping[str, float] | None = None

    def of(self, kind: Kind, *, candidates: bool = False) -> list[Problem]:
        """Return the problems of a kind, the surest first.

        Args:
            kind: `"label"`, `"conflict"`, `"leakage"`, `"duplicate"`, `"outlier"`, `"odd"` or
                `"unreadable"`.
            candidates: Whether improbable ones follow. Defaults to False.
        """
        return [
            each for each in self.problems if each.kind == kind and (candidates or each.probable)
        ]

    @cached_property
    def totals(self) -> dict[Kind, int]:
        """The number of probable problems of each kind that was checked."""
        counted = Counter(each.kind for each in self.problems if each.probable)
        return {kind: counted[kind] for kind in MEANINGS if kind not in self.unchecked}

    @property
    def remarks(self) -> list[str]:
        """The notes, and why labels were not checked."""
        reason = self.unchecked.get("label")
        return [*self.notes, *([] if reason is None else [f"labels were not checked: {reason}"])]

    @property
    def kinds(self) -> str:
        """What `class_names` are: `"classes"`, `"targets"`, `"labels"` or `"entity types"`."""
        names = _KINDS.get(type(self.examples.whole), ("class", "classes"))
        return names[len(self.class_names) != 1]

    @property
    def imbalance(self) -> float:
        """Examples of the most frequent class for one of the rarest; infinite without any."""
        totals = np.sum([list(values) for values in self.counts.values()], axis=0)
        lowest = int(np.min(totals))
        return float(np.max(totals)) / lowest if lowest else float("inf")


def plain_counts(examples: AllExamples) -> dict[str, Any]:
    """Return the number of examples of each class by split."""
    counts = {}
    for number, name in enumerate(examples.split_names):
        rows = np.flatnonzero(examples.split_of == number)
        counts[name] = list(examples.whole.subset(rows).class_counts().values())
    return counts
