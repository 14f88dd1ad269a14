"""The target domain of an adaptation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerastl.adaptation.domains.domain_rows import UNKNOWN, DomainRows
from kerastl.basics.arguments import check_flag
from kerastl.data.assembly.label_alignment import align_labels
from kerastl.data.images.pixel_range import check_own_range
from kerastl.data.sources.labelled import as_dataset, read_classes
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.joining import join
from kerastl.data.splits.split import Split

_PLACEHOLDERS = 8  # examples


class Target:
    """Examples of the target domain, with options of the adaptation.

    Args:
        examples: Unlabelled target examples: a split, anything that `kerastl.data.unlabelled`
            reads, such as a list or a folder of images, or a data set, whose training split is
            used. Labels are ignored.
        labelled: A few labelled target examples to train on: a split, a data set, a pair
            `(inputs, labels)` or a `tf.data.Dataset`. Defaults to None.
        keep_adapted: Whether to keep the adapted model even if the verdict advises the
            source-only baseline. Defaults to False.
        pixel_range: As for `kerastl.data.unlabelled`, for a list. Defaults to None.

    Raises:
        ValueError: If there are no examples.

    Example:

    ```python
    recipe.fit(movies, adapt_to=Target(products, labelled=few), adaptation="dann")
    ```
    """

    def __init__(
        self,
        examples: Split | Dataset | Sequence[Any],
        labelled: Any = None,
        keep_adapted: bool = False,
        pixel_range: tuple[float, float] | None = None,
    ) -> None:
        self.examples = _split_of(examples, pixel_range)
        self.labelled = None if labelled is None else as_dataset(labelled, read_classes).train
        check_flag("keep_adapted", keep_adapted)
        self.keep_adapted = keep_adapted
        if not len(self.examples):
            raise ValueError(
                "The target has no examples to adapt to: pass at least one. "
                "Received: an empty split"
            )

    @classmethod
    def of(
        cls,
        target: Target | Split | Dataset | Sequence[Any],
        pixel_range: tuple[float, float] | None = None,
    ) -> Target:
        """Create a target from examples; a `Target` is returned unchanged.

        Args:
            target: A target, or examples as for the class.
            pixel_range: Values of black and white in a list of images. Defaults to None.

        Returns:
            The target.
        """
        if isinstance(target, Target):
            return target
        of_list = None if isinstance(target, Dataset | Split) else pixel_range
        return cls(target, pixel_range=of_list)

    def check_is_another(self, sources: Sequence[Dataset]) -> None:
        """Check that the target is not one of the sources, by content.

        Args:
            sources: Data sets as they were loaded, before a validation split is held out.

        Raises:
            ValueError: If the target has the same examples as a source's training split.
        """
        for source in sources:
            if _same(source.train, self.examples):
                raise ValueError(
                    "The target is the source: pass examples of the other domain as `adapt_to`. "
                    f"Received: {self.examples!r} as both"
                )

    def joined_with(
        self, sources: Sequence[Dataset], names: tuple[str, ...]
    ) -> tuple[DomainRows, Dataset]:
        """Join source and target examples in one data set.

        Args:
            sources: Labelled data sets, each with a validation split.
            names: Class names.

        Returns:
            A table of all examples, and a data set of all of them with row numbers as labels.

        Raises:
            ValueError: If a source has other classes or another kind of examples.
        """
        for source in sources:
            if source.class_names != names:
                raise ValueError(
                    "All sources must have the same classes. "
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
            # A data set needs a validation split; without labels these examples measure nothing.
            held_out = [self.examples.subset(range(min(_PLACEHOLDERS, len(self.examples))))]
            known = [np.full(len(held_out[0]), UNKNOWN)]
        validation = join(held_out)
        rows = DomainRows.of(labels, len(self.examples), few, np.concatenate(known))
        return rows, Dataset(_numbered(train, 0, names), _numbered(validation, len(train), names))

    def __str__(self) -> str:
        unlabelled = self.examples.labels is None
        labels = "without labels" if unlabelled else "(their labels are ignored)"
        few = "" if self.labelled is None else f", and {len(self.labelled)} with labels"
        skipped = len(self.examples.skipped)
        left_out = f", {skipped} left out (see `skipped`)" if skipped else ""
        return f"target: {len(self.examples)} {self.examples.modality}s {labels}{few}{left_out}"


def _split_of(examples: Any, pixel_range: tuple[float, float] | None = None) -> Split:
    if isinstance(examples, Dataset | Split):
        check_own_range(pixel_range, examples)
        return examples.train if isinstance(examples, Dataset) else examples
    from kerastl.data.sources.unlabelled import unlabelled

    return unlabelled(examples, pixel_range=pixel_range)


def _same(first: Split, second: Split) -> bool:
    # One by one, since different data usually differ in the first example already.
    return len(first) == len(second) and all(
        first.subset([row]).fingerprint() == second.subset([row]).fingerprint()
        for row in range(len(first))
    )


def _numbered(split: Split, first: int, names: tuple[str, ...]) -> Split:
    numbers = np.arange(first, first + len(split))
    return Split(split.modality, split.inputs, numbers, names)
