"""A split whose labels are a table with one column for each label or target."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from kerastl.data.images.encoded_images import Images
from kerastl.data.splits.split import Modality, Split


class ColumnSplit(Split):
    """Base class of splits with a row of numbers for each example.

    Args:
        modality: `"image"` or `"text"`.
        inputs: Images, or a sequence of strings.
        labels: Numbers of shape `(examples, columns)`, or None if unknown.
        class_names: The names of the columns.

    Attributes:
        labels: The numbers, float32, or None.

    Raises:
        ValueError: If the table does not have one row for each input and one column for each name.
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
                f"There must be one row for each input and one column for each {self._column}. "
                f"Received: shape {self.labels.shape} for {len(inputs)} inputs and "
                f"{len(class_names)} names"
            )
