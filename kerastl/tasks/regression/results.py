"""The results of a regression for single examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.tasks.evaluating.example_results import ExampleResults

if TYPE_CHECKING:
    from kerastl.data.splits.split import Split


class NumberResults(ExampleResults):
    """The true and the predicted numbers of every example.

    The loss of an example is the mean over targets of the absolute error, divided by the standard
    deviation of the target's true numbers. An example is right if each true number is inside its
    interval.

    Args:
        predicted: Shape `(examples, targets)`.
        true: Of the same shape.
        names: One name a target.
        half_widths: Half the width of each target's intervals.
        split: The split, or None. Defaults to None.

    Attributes:
        guesses: Predicted numbers, float64 of shape `(examples, targets)`.
        numbers: True numbers, of the same shape.
        residuals: Predicted minus true, of the same shape.
        inside: Whether each true number is inside its interval, bool of the same shape.
    """

    score_name = "value"

    def __init__(
        self,
        predicted: np.ndarray,
        true: np.ndarray,
        names: Sequence[str],
        half_widths: Sequence[float],
        split: Split | None = None,
    ) -> None:
        super().__init__(split)
        self.names_of_targets = tuple(names)
        self.half_widths = np.asarray(half_widths, "float64")
        self.guesses, self.numbers = predicted.astype("float64"), true.astype("float64")
        self.residuals = self.guesses - self.numbers
        self.inside = np.abs(self.residuals) <= self.half_widths
        spread = self.numbers.std(axis=0)
        self.losses = (np.abs(self.residuals) / np.where(spread > 0, spread, 1.0)).mean(axis=1)
        self.correct = self.inside.all(axis=1)

    def truth(self, index: int) -> dict[str, float]:
        """Return the true number of each target."""
        return self._named(self.numbers[index])

    def predicted(self, index: int) -> dict[str, float]:
        """Return the predicted number of each target."""
        return self._named(self.guesses[index])

    def score(self, index: int) -> float:
        """Return the predicted number of the first target."""
        return float(self.guesses[index, 0])

    def order(self) -> np.ndarray:
        """Return the positions of all examples, the largest error first."""
        return np.argsort(-self.losses, kind="stable")

    def columns(self) -> dict[str, Sequence[Any] | np.ndarray]:
        """Return the numbers, the ends of the interval and the residual of each target."""
        found: dict[str, Sequence[Any] | np.ndarray] = {}
        for place, name in enumerate(self.names_of_targets):
            guesses, half = self.guesses[:, place], self.half_widths[place]
            found |= {
                f"true {name}": self.numbers[:, place],
                f"predicted {name}": guesses,
                f"low {name}": guesses - half,
                f"high {name}": guesses + half,
                f"residual {name}": self.residuals[:, place],
            }
        return found

    def _named(self, row: np.ndarray) -> dict[str, float]:
        return dict(zip(self.names_of_targets, row.tolist(), strict=True))
