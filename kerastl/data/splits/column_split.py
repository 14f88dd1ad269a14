"""A part of a data set whose labels are a table, one column for each thing to be learnt."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from kerastl.data.images.encoded_images import Images
from kerastl.data.splits.split import Modality, Split


class ColumnSplit(Split):
    """Examples with a row of numbers each; the base of several labels and of numbers.

    Args:
        modality: `"image"` or `"text"`.
        inputs: Images, or a sequence of strings.
        labels: Shape `(examples, columns)`, or None where unknown.
        class_names: The names of the columns.

    Attributes:
        labels: As given, `float32`.

    Raises:
        ValueError: If the table has not one row an input and one column a name.
    """

    _column: ClassVar[str]

    def __init__(
        self,
        modality: Modality,
        inputs: Sequence[str] | Images,
        labels: np.ndarray | Sequence[Sequence[float]] | None,
        class_names: Sequence[str],
    ) -> None:
        super().__init__(modality, inputs, None, class_names)
        if labels is None:
            return
        self.labels = np.asarray(labels, np.float32)
        if self.labels.shape != (len(inputs), len(self.class_names)):
            raise ValueError(
                f"Labels are a table with one row an input and one column a {self._column}. "
                f"Received: shape {self.labels.shape} for {len(inputs)} inputs and "
                f"{len(class_names)} names"
            )
