"""A part of a data set whose examples have numbers."""

from typing import ClassVar

import numpy as np

from kerastl.data.splits.column_split import ColumnSplit
from kerastl.data.splits.strata import quantile_strata, without_small_strata

_QUANTILES = 5


class NumberSplit(ColumnSplit):
    """Examples with one number or several each, such as a rating or an angle.

    Args:
        modality: `"image"` or `"text"`.
        inputs: Images, or a sequence of strings.
        labels: Numbers of shape `(examples, targets)`, or None where unknown.
        class_names: What the numbers are, in the order of the columns.

    Attributes:
        labels: As given, `float32`.

    Example:

    >>> NumberSplit("text", ["fine", "superb"], [[3.0], [5.0]], ["stars"]).labels.mean()
    np.float32(4.0)
    """

    _column: ClassVar[str] = "target"

    def __repr__(self) -> str:
        return f"<NumberSplit of {len(self)} {self.modality}s, {', '.join(self.class_names)}>"

    @property
    def strata(self) -> np.ndarray:
        """What a division keeps in proportion: which fifth the first target is in.

        Integers of shape `(examples,)`; equal numbers are never divided between two fifths.
        """
        numbers = self._known_labels()[:, 0].astype("float64")
        return without_small_strata(quantile_strata(numbers, _QUANTILES), 2)

    @property
    def strata_names(self) -> tuple[str, ...]:
        """The fifths of the first target."""
        return tuple(f"{self.class_names[0]}, fifth {n + 1}" for n in range(_QUANTILES))

    def class_counts(self) -> dict[str, int]:
        """Count the numbers of each target."""
        return dict.fromkeys(self.class_names, len(self._known_labels()))

    def summary_column(self) -> dict[str, str]:
        """Describe the numbers for the table of `Dataset.summary`."""
        told = {}
        for name, numbers in zip(self.class_names, self._known_labels().T, strict=True):
            told[f"{name}, mean"] = f"{numbers.mean(dtype='float64'):.4g}"
            told[f"{name}, deviation"] = f"{numbers.std(dtype='float64'):.4g}"
            told[f"{name}, lowest"] = f"{numbers.min():.4g}"
            told[f"{name}, highest"] = f"{numbers.max():.4g}"
        return told

    def summary_title(self) -> tuple[str, str]:
        """Say what the data is, and what the rows of its summary are called."""
        return f"{self.modality} data with numbers; total counts examples", "target"
