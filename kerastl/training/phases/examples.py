"""The interface through which training reads examples."""

from typing import Any, Protocol

import numpy as np

from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.training.phases.ordered_examples import InOrder


class Examples(Protocol):
    """Training and validation examples, as batches that a model takes."""

    classes: int
    class_names: tuple[str, ...]
    batch_size: int
    training_count: int
    modality: str
    """`"image"`, `"text"` or `"array"`."""
    augments: bool
    """Whether augmentation changes the examples."""

    @property
    def input_size(self) -> str:
        """Size of what the model reads of an example, and the reason for it, as one line."""

    @property
    def training_labels(self) -> np.ndarray:
        """Targets of the training examples, in their order."""

    def training(
        self, augment: bool, seed: int | EpochSampler, batch_size: int | None = None
    ) -> Any:
        """Return shuffled batches of `(inputs, labels)` as a `tf.data.Dataset`.

        Args:
            augment: Whether examples are augmented.
            seed: Seed of order and augmentation.
            batch_size: Examples in a batch. Defaults to `batch_size` of these examples.
        """

    def training_in_order(self, view: int | None = None, seed: int = 0) -> InOrder:
        """Return the training examples unshuffled.

        Args:
            view: Index of an augmented view, from 0. Defaults to None: not augmented.
            seed: Seed of the augmentation.
        """

    def validation(self) -> Any:
        """Return validation batches of `(inputs, labels)`, or None without validation examples."""

    def validation_in_order(self) -> InOrder | None:
        """Return the validation examples in their order, or None if there are none."""
