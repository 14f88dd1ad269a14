"""The domain that a model shall work on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerastl.adaptation.domains.domain_rows import UNKNOWN, DomainRows
from kerastl.data.assembly.label_alignment import align_labels
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.joining import join
from kerastl.data.splits.split import Split

_STAND_INS = 8  # examples


class Target:
    """Name target examples, and what else is known of them.

    Args:
        examples: Unlabelled examples: a split, a list as for `kerastl.data.unlabelled`, or a data
            set, of which the training split is taken. Labels among them are not used.
        labelled: A few target examples with labels, which are trained on. Defaults to None.
        keep_adapted: Whether the adapted model is kept even where the verdict advises the baseline.
            Defaults to False.

    Raises:
        ValueError: If there is no example.

    Example:

    ```python
    recipe.fit(movies, adapt_to=Target(products, labelled=few), adaptation="dann")
    ```
    """

    def __init__(
        self,
        examples: Split | Dataset | Sequence[Any],
        labelled: Split | Dataset | None = None,
        keep_adapted: bool = False,
    ) -> None:
        self.examples = _split_of(examples)
        self.labelled = None if labelled is None else _split_of(labelled)
        self.keep_adapted = keep_adapted
        if not len(self.examples):
            raise ValueError("The target has no examples to adapt to. Received: an empty split")

    @classmethod
    def of(cls, target: Target | Split | Dataset | Sequence[Any]) -> Target:
        """Return a target as it is, or make one of examples."""
        return target if isinstance(target, Target) else cls(target)

    def check_is_another(self, sources: Sequence[Dataset]) -> None:
        """Refuse a target that is a source, by content.

        Args:
            sources: Data sets as they were read: a validation split that is taken from the
                training split would hide that they are the same.

        Raises:
            ValueError: If the examples are those of a source's training split.
        """
        for source in sources:
            if _same(source.train, self.examples):
                raise ValueError(
                    "The target is the source: pass the examples of the other domain as adapt_to. "
                    f"Received: {self.examples!r} as both"
                )

    def joined_with(
        self, sources: Sequence[Dataset], names: tuple[str, ...]
    ) -> tuple[DomainRows, Dataset]:
        """Put source and target examples together.

        Args:
            sources: Labelled data sets, each with a validation split.
            names: The classes.

        Returns:
            What is known of every example, and a data set of all of them whose labels are their
            numbers.

        Raises:
            ValueError: If sources have other classes, or are of another kind.
        """
        for source in sources:
            if source.class_names != names:
                raise ValueError(
                    "All sources have the same classes. "
                    f"Received: {', '.join(names)} and {', '.join(source.class_names)}"
                )
        labels = [align_labels(source.train, names) for source in sources]
        held_out = [source.validation for source in sources if source.validation is not None]
        few = None if self.labelled is None else align_labels(self.labelled, names)
        parts = [source.train for source in sources]
        if self.labelled is not None:
            parts.append(self.labelled)
        train = join([*parts, self.examples])
        known = [align_labels(split, names) for split in held_out]
        if not held_out:
            # Something must stand there; without labels it measures nothing.
            held_out = [self.examples.subset(range(min(_STAND_INS, len(self.examples))))]
            known = [np.full(len(held_out[0]), UNKNOWN)]
        validation = join(held_out)
        rows = DomainRows.of(labels, len(self.examples), few, np.concatenate(known))
        return rows, Dataset(_numbered(train, 0, names), _numbered(validation, len(train), names))

    def __str__(self) -> str:
        known = "" if self.labelled is None else f", and {len(self.labelled)} with labels"
        ignored = "; their labels are not used" if self.examples.labels is not None else ""
        return f"target: {len(self.examples)} {self.examples.modality}s{known}{ignored}"


def _split_of(examples: Any) -> Split:
    if isinstance(examples, Dataset):
        return examples.train
    if isinstance(examples, Split):
        return examples
    from kerastl.data.sources.unlabelled import unlabelled

    return unlabelled(examples)


def _same(first: Split, second: Split) -> bool:
    # One by one: other examples differ in the first, and no more of them is read.
    return len(first) == len(second) and all(
        first.subset([row]).fingerprint() == second.subset([row]).fingerprint()
        for row in range(len(first))
    )


def _numbered(split: Split, first: int, names: tuple[str, ...]) -> Split:
    numbers = np.arange(first, first + len(split))
    return Split(split.modality, split.inputs, numbers, names)
