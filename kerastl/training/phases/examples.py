"""What the training floor needs to know of the examples."""

from typing import Any, Protocol

import numpy as np

from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.training.phases.ordered_examples import InOrder


class Examples(Protocol):
    """Where a trainer's batches come from."""

    classes: int
    class_names: tuple[str, ...]
    batch_size: int
    training_count: int
    modality: str
    """`"image"`, `"text"` or `"array"`."""
    augments: bool
    """Whether augmented examples differ from the others."""

    @property
    def input_size(self) -> str:
        """How much of an example the model sees, and why that much."""

    @property
    def training_labels(self) -> np.ndarray:
        """What is to be learnt of the training examples, in their order."""

    def training(
        self, augment: bool, seed: int | EpochSampler, batch_size: int | None = None
    ) -> Any:
        """Return shuffled batches of `(inputs, labels)` as a `tf.data.Dataset`.

        Args:
            augment: Whether examples are augmented.
            seed: Draws order and augmentation.
            batch_size: Examples in a batch. Defaults to that of these examples.
        """

    def training_in_order(self, view: int | None = None, seed: int = 0) -> InOrder:
        """Return the same examples unshuffled.

        Args:
            view: Which of the seed's augmented views, from 0. Defaults to none of them.
            seed: Seed of the augmentation.
        """

    def validation(self) -> Any:
        """Return validation batches of `(inputs, labels)`, or None without such examples."""

    def validation_in_order(self) -> InOrder | None:
        """Return the same examples, or None."""
