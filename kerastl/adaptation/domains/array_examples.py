"""Batches of arrays from several domains."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from kerastl.adaptation.domains.inputs import Inputs, count, named
from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.training.cache.cached_features import CachedFeatures, batches_of
from kerastl.training.phases.ordered_examples import InOrder

_READ = 256  # rows in a batch for inference


class ArrayExamples:
    """Provide batches of in-memory inputs, with row numbers in place of labels.

    Args:
        training: Training inputs of all domains, in the order of the rows.
        validation: Validation inputs.
        classes: Number of classes.
        batch_size: Examples in a batch.
    """

    modality = "array"
    input_size = "arrays as they are"
    augments = False

    def __init__(self, training: Inputs, validation: Inputs, classes: int, batch_size: int) -> None:
        self.classes = classes
        self.class_names = tuple(map(str, range(classes)))
        self.batch_size = batch_size
        self._single = not isinstance(training, Mapping)
        self.training_count = count(training)
        self.training_labels = np.arange(self.training_count)
        numbers = np.arange(count(validation)) + self.training_count
        self._training = CachedFeatures(named(training), self.training_labels)
        self._validation = CachedFeatures(named(validation), numbers)

    def training(
        self, augment: bool, seed: int | EpochSampler, batch_size: int | None = None
    ) -> Any:
        """Return shuffled batches of `(inputs, row numbers)`."""
        size = batch_size or self.batch_size
        return self._given(batches_of([self._training], size, shuffle=True, seed=seed))

    def training_in_order(self, view: int | None = None, seed: int = 0) -> InOrder:
        """Return the training examples, unshuffled."""
        return self._in_order("training", self._training)

    def validation(self) -> Any:
        """Return validation batches of `(inputs, row numbers)`."""
        return self._given(batches_of([self._validation], self.batch_size))

    def validation_in_order(self) -> InOrder:
        """Return the validation examples, unshuffled."""
        return self._in_order("validation", self._validation)

    def _in_order(self, name: str, kept: CachedFeatures) -> InOrder:
        def batches(start: int) -> Any:
            rest = {key: array[start:] for key, array in kept.features.items()}
            return self._given(batches_of([CachedFeatures(rest, kept.labels[start:])], _READ))

        size = min(_READ, len(kept.labels))
        return InOrder(name, kept.labels, batches, size, lambda: name)

    def _given(self, batches: Any) -> Any:
        if not self._single:
            return batches
        return batches.map(lambda inputs, numbers: (inputs["inputs"], numbers))
