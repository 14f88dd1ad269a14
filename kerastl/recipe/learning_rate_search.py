"""The result of the learning rate finder."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kerastl.basics.files.plot_file import write_plot

_BELOW_THE_LOWEST = 10


@dataclass(frozen=True, eq=False)
class LearningRateSearch:
    """Losses at rising learning rates, with a suggested rate.

    Attributes:
        rates: Learning rate of each step, rising, shape `(steps,)`; fewer steps than requested if
            the loss diverged.
        losses: Smoothed training loss after each step, in nats, shape `(steps,)`: an exponential
            average with factor 0.9 and bias correction.

    Example:

    ```python
    search = ktl.find_learning_rate(recipe, data)
    recipe.fit(data, ktl.schedules.FullFineTune(learning_rate=search.suggestion))
    ```
    """

    rates: np.ndarray
    losses: np.ndarray

    @property
    def suggestion(self) -> float | None:
        """A tenth of the rate at which the loss was lowest (Howard and Gugger 2020).

        At that rate the loss still falls and does not diverge. None if the loss was never lower
        than at the first step.
        """
        lowest = int(np.argmin(self.losses))
        return float(self.rates[lowest]) / _BELOW_THE_LOWEST if lowest else None

    def plot(self, path: str | os.PathLike[str]) -> Path:
        """Plot the losses over the learning rates.

        Args:
            path: Path of the image, such as `rates.png`; the suffix sets the format.

        Returns:
            The path.

        Raises:
            ImportError: If matplotlib is not installed.
        """
        from kerastl.seeing.drawing.learning_rates import draw_learning_rates

        figure = draw_learning_rates(self.rates, self.losses, self.suggestion)
        return write_plot(figure, path)

    def __str__(self) -> str:
        span = f"{self.rates[0]:.1e} to {self.rates[-1]:.1e} in {len(self.rates)} steps"
        if self.suggestion is None:
            return f"Learning rates from {span}: no suggestion, the loss never fell"
        return f"Learning rates from {span}: suggested learning rate {self.suggestion:.1e}"
