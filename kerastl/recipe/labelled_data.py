"""Read labelled data of every form that users pass to a recipe."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Split
    from kerastl.recipe.concluding.refitted_on import RefittedOn


class LabelledData(abc.ABC):
    """The part of a recipe that converts labelled data to a data set or a split.

    Attributes:
        class_names: Names of the model's outputs, in order.
        pixel_range: Values of black and white in the training images, or None.
        refitted_on: The validation examples on which `fit` also trained, or None.
    """

    class_names: tuple[str, ...]
    pixel_range: tuple[float, float] | None
    refitted_on: RefittedOn | None = None

    @property
    @abc.abstractmethod
    def model(self) -> keras.Model:
        """The Keras model; a `RuntimeError` before there is one."""

    @abc.abstractmethod
    def check_modality(self, split: Split | None) -> None:
        """Raise a `ValueError` if a split is missing or has another modality."""

    def read_pair(
        self,
        inputs: Any,
        labels: Any,
        class_names: Sequence[str] | None = None,
        pixel_range: tuple[float, float] | None = None,
    ) -> Dataset:
        """Make a data set of the task from raw inputs and their labels, as `fit((x, y))` does.

        Args:
            inputs: As for `kerastl.data.arrays`.
            labels: One label for each input, or what else the task trains on.
            class_names: The outputs of the model that is evaluated. Defaults to None: the labels
                are those of new training data.
            pixel_range: The values of black and white that the recipe knows. Defaults to None:
                the range of their type.
        """
        from kerastl.data.sources.labelled import read_classes

        return read_classes(inputs, labels, class_names, pixel_range)

    def as_dataset(self, data: Any) -> Dataset:
        """Return labelled examples of any form that `fit` accepts as a data set.

        Raises:
            ValueError: If the examples have another form.
        """
        from kerastl.data.sources.labelled import as_dataset

        return as_dataset(data, self.read_pair, pixel_range=self.pixel_range)

    def labelled_split(self, data: Any) -> Split:
        """Return labelled examples of any form that `evaluate` accepts as a split.

        Raises:
            RuntimeError: If there is no model yet.
            ValueError: If the examples have another form or modality, or a data set has several
                splits and none for testing.
        """
        from kerastl.data.sources.labelled import as_dataset, held_out_split
        from kerastl.data.splits.split import Split

        _ = self.model
        if data is not None and not isinstance(data, Split):
            data = held_out_split(
                as_dataset(data, self.read_pair, self.class_names, self.pixel_range)
            )
        self.check_modality(data)
        return data

    def note_on(self, split: Split) -> str | None:
        """Return a line if the model was also trained on the examples of a split, else None."""
        if self.refitted_on is None or not self.refitted_on.holds(split):
            return None
        return str(self.refitted_on)
