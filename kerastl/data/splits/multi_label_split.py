"""A split whose examples have any number of labels."""

from typing import ClassVar

import numpy as np

from kerastl.data.splits.column_split import ColumnSplit
from kerastl.data.splits.strata import rarest_label_strata, without_small_strata

_NO_LABEL = "no label"


class MultiLabelSplit(ColumnSplit):
    """Examples with no label, one label or several, for multi-label classification.

    Args:
        modality: `"image"` or `"text"`.
        inputs: Images, or a sequence of strings.
        labels: 1 if an example has a label, else 0, shape `(examples, labels)`; or None if
            unknown.
        class_names: The labels, in the order of the columns.

    Attributes:
        labels: The table of 0 and 1, float32, or None.

    Example:

    >>> split = MultiLabelSplit("text", ["goal", "rain"], [[1, 0], [0, 1]], ["sport", "weather"])
    >>> split.class_counts()
    {'sport': 1, 'weather': 1}
    """

    _column: ClassVar[str] = "label"

    def __repr__(self) -> str:
        return f"<MultiLabelSplit of {len(self)} {self.modality}s, {len(self.class_names)} labels>"

    def label_of(self, index: int) -> tuple[str, ...]:
        """Return the labels of an example."""
        return tuple(self.class_names[i] for i in np.flatnonzero(self._known_labels()[index]))

    @property
    def strata(self) -> np.ndarray:
        """The strata of a stratified split: the rarest label of each example.

        Integers of shape `(examples,)` that index `strata_names`. A stratum with one example joins
        the most frequent stratum.
        """
        return without_small_strata(rarest_label_strata(self._known_labels()), 2)

    @property
    def strata_names(self) -> tuple[str, ...]:
        """The labels, then a name for the examples without a label."""
        return (*self.class_names, _NO_LABEL)

    def class_counts(self) -> dict[str, int]:
        """Count the examples with each label.

        Returns:
            Counts by label, in the order of `class_names`.
        """
        counts = self._known_labels().sum(axis=0).astype(int)
        return dict(zip(self.class_names, counts.tolist(), strict=True))

    def summary_column(self) -> dict[str, str]:
        """Return this split's column of `Dataset.summary`, by row name."""
        labels = self._known_labels()
        counts = {name: str(count) for name, count in self.class_counts().items()}
        return {
            **counts,
            f"({_NO_LABEL})": str(int((labels.sum(axis=1) == 0).sum())),
            "(labels an example)": f"{labels.sum(axis=1).mean():.2f}",
        }

    def summary_title(self) -> tuple[str, str]:
        """Return the title of `Dataset.summary` and the heading of its first column."""
        count = len(self.class_names)
        return f"{self.modality} data, {count} labels; total counts examples", "label"
