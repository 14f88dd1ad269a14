"""The training examples on which an input is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kerastl.data.splits.dataset import Dataset

# The differences between inputs must show in the losses of the held-out examples, and each
# candidate costs a pass over them.
_EXAMPLES = 400
_EXAMPLES_OF_A_CLASS = 8
_FEW = 5


@dataclass(frozen=True)
class ChoiceExamples:
    """A data set whose training split is the one on which an input is chosen.

    Attributes:
        data: The data set; its validation and test splits are not read.
        rows: Training examples that probes are cross-validated on.
        groups: Group of each of these rows, or None.
        is_sample: Whether training examples were left out.
        further_passes: Examples that are read after the choice, relative to the training split.
        notes: Lines about what limits the evidence.
    """

    data: Dataset
    rows: np.ndarray
    groups: np.ndarray | None
    is_sample: bool
    further_passes: float
    notes: tuple[str, ...]

    @classmethod
    def of(cls, data: Dataset, seed: int, *, several: bool) -> ChoiceExamples:
        """Draw the examples of a choice.

        Args:
            data: The data set of the training.
            seed: Seed of the sample.
            several: Whether there are several ways to read examples. With one, all examples are
                read, for the linear probe reads them as well.
        """
        from kerastl.data.splits.dataset import Dataset
        from kerastl.data.splits.sampling import stratified_rows

        strata = data.train.strata
        counts = np.bincount(strata)
        counts = counts[counts > 0]
        limit = max(_EXAMPLES, _EXAMPLES_OF_A_CLASS * len(counts))
        rows = stratified_rows(strata, limit, seed)
        notes = []
        if 1 < counts.min() < _FEW:
            notes.append(
                f"the rarest class has {counts.min()} training examples and hardly counts in the "
                "choice"
            )
        groups = None if data.groups is None else np.asarray(data.groups)
        chosen, is_sample = data, several and len(rows) < len(data.train)
        if is_sample:
            chosen = Dataset(data.train.subset(rows))
            groups = None if groups is None else groups[rows]
            rows = np.arange(len(rows))
        held_out = 0 if data.validation is None else len(data.validation)
        further = held_out + (len(data.train) if is_sample else 0)
        return cls(
            chosen,
            rows,
            None if groups is None else groups[rows],
            is_sample,
            further / len(chosen.train),
            tuple(notes),
        )
