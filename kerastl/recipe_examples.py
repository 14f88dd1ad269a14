"""The batches that a recipe trains on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerastl.data import Dataset
    from kerastl.recipe import Recipe


class RecipeExamples:
    """Give a trainer the batches of a data set as a recipe prepares them.

    Args:
        recipe: Prepares the batches.
        data: Has a training and a validation split.
        batch_size: Examples in a batch.
    """

    def __init__(self, recipe: Recipe, data: Dataset, batch_size: int) -> None:
        assert data.validation is not None
        self._recipe = recipe
        self._train = data.train
        self._validation = data.validation
        self.batch_size = batch_size
        self.training_count = len(data.train)
        self.classes = len(data.class_names)

    def training(self, augment: bool, seed: int) -> Any:
        """Return shuffled batches of `(inputs, labels)`."""
        return self._recipe.batches(
            self._train, self.batch_size, shuffle=True, augment=augment, seed=seed
        )

    def training_in_order(self) -> Any:
        """Return the same batches unshuffled and never augmented."""
        return self._recipe.batches(self._train, self.batch_size)

    def validation(self) -> Any:
        """Return validation batches of `(inputs, labels)`."""
        return self._recipe.batches(self._validation, self.batch_size)
