"""A split whose examples have one or several numbers to predict."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from kerastl.basics.printable import printable
from kerastl.data.images.encoded_images import Images
from kerastl.data.splits.column_split import ColumnSplit
from kerastl.data.splits.split import Modality
from kerastl.data.splits.strata import quantile_strata, without_small_strata

_QUANTILES = 5


class NumberSplit(ColumnSplit):
    """Examples with one or several numbers, such as a rating or an angle, for regression.

    Args:
        modality: `"image"` or `"text"`.
        inputs: Images, or a sequence of strings.
        labels: Numbers of shape `(examples, targets)`, or None if unknown.
        target_names: The targets, in the order of the columns.

    Attributes:
        labels: The numbers, float32, or None.

    Example:

    >>> split = NumberSplit("text", ["fine", "superb"], [[3.0], [5.0]], ["stars"])
    >>> split.target_names, split.labels.tolist()
    (('stars',), [[3.0], [5.0]])
    """

    _column: ClassVar[str] = "target"

    def __init__(
        self,
        modality: Modality,
        inputs: Sequence[str] | Images,
        labels: np.ndarray | Sequence[Sequence[float]] | None,
        target_names: Sequence[str],
    ) -> None:
        super().__init__(modality, inputs, labels, target_names)

    def __repr__(self) -> str:
        names = printable(", ".join(self.target_names))
        return f"<NumberSplit of {len(self)} {self.modality}s, {names}>"

    @property
    def target_names(self) -> tuple[str, ...]:
        """The targets, in the order of the columns."""
        # Code that serves every task reads the names of a model's outputs as `class_names`.
        return self.class_names

    def label_of(self, index: int) -> dict[str, float]:
        """Return the numbers of an example by target."""
        return dict(zip(self.target_names, self._known_labels()[index].tolist(), strict=True))

    @property
    def strata(self) -> np.ndarray:
        """The strata of a stratified split: the quintile of the first target.

        Integers of shape `(examples,)`. Equal numbers are always in the same quintile.
        """
        numbers = self._known_labels()[:, 0].astype("float64")
        return without_small_strata(quantile_strata(numbers, _QUANTILES), 2)

    @property
    def strata_names(self) -> tuple[str, ...]:
        """The names of the quintiles."""
        return tuple(f"{self.target_names[0]}, quintile {n + 1}" for n in range(_QUANTILES))

    def class_counts(self) -> dict[str, int]:
        """Count the numbers of each target.

        Returns:
            The number of examples, by target.
        """
        return dict.fromkeys(self.target_names, len(self._known_labels()))

    def summary_column(self) -> dict[str, str]:
        """Return this split's column of `Dataset.summary`, by row name."""
        cells = {}
        for name, numbers in zip(self.target_names, self._known_labels().T, strict=True):
            cells[f"{name}, mean"] = f"{numbers.mean(dtype='float64'):.4g}"
            cells[f"{name}, standard deviation"] = f"{numbers.std(dtype='float64'):.4g}"
            cells[f"{name}, minimum"] = f"{numbers.min():.4g}"
            cells[f"{name}, maximum"] = f"{numbers.max():.4g}"
        return cells

    def summary_title(self) -> tuple[str, str]:
        """Return the title of `Dataset.summary` and the heading of its first column."""
        count = len(self.target_names)
        targets = "1 target" if count == 1 else f"{count} targets"
        return f"{self.modality} data, {targets}; total counts examples", "target"
