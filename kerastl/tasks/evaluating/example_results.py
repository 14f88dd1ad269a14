"""What a model predicted for each example of a split, next to the truth."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from kerastl.data.splits.split import Split


class ExampleResults(abc.ABC):
    """The truth, the prediction and the loss of every example that was evaluated.

    Images are not decoded and not copied: the results hold the split, which has their paths.

    Args:
        split: The split that was evaluated, or None if the inputs are not known.

    Attributes:
        split: The split, or None.
        losses: Loss of each example, float64 of shape `(examples,)`; higher is worse.
        correct: Whether each prediction is right, bool of shape `(examples,)`.
        score_name: What the number `score` of an example is, such as `"probability"`.
    """

    split: Split | None
    losses: np.ndarray
    correct: np.ndarray
    score_name: str

    def __init__(self, split: Split | None) -> None:
        self.split = split

    def __len__(self) -> int:
        return len(self.losses)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Name of each example: the path of an image, else its kind and its position."""
        if self.split is None:
            return tuple(f"example {index}" for index in range(len(self)))
        return tuple(self.split.name(index) for index in range(len(self)))

    def source(self, index: int) -> Any:
        """Return one input as the split holds it: a text, a path, bytes, or pixels.

        None if the inputs are not known.
        """
        return None if self.split is None else self.split.inputs[index]

    @abc.abstractmethod
    def truth(self, index: int) -> Any:
        """Return the true label or labels of one example, as `predict` would name them."""

    @abc.abstractmethod
    def predicted(self, index: int) -> Any:
        """Return what the model predicted for one example, of the same type as `truth`."""

    @abc.abstractmethod
    def score(self, index: int) -> float:
        """Return the number that the model gave with its prediction, see `score_name`."""

    @abc.abstractmethod
    def columns(self) -> dict[str, Sequence[Any] | np.ndarray]:
        """Return the truth and the prediction of all examples as columns of a table."""

    def order(self) -> np.ndarray:
        """Return the positions of all examples, the worst first.

        Wrong examples come before right ones, and higher losses before lower ones.
        """
        return np.lexsort((-self.losses, self.correct))
