"""What the training floor needs to know of the examples."""

from typing import Any, Protocol


class Examples(Protocol):
    """Where a trainer's batches come from."""

    classes: int
    batch_size: int
    training_count: int

    def training(self, augment: bool, seed: int) -> Any:
        """Return shuffled batches of `(inputs, labels)` as a `tf.data.Dataset`."""

    def training_in_order(self) -> Any:
        """Return the same batches unshuffled and never augmented."""

    def validation(self) -> Any:
        """Return validation batches of `(inputs, labels)`."""
