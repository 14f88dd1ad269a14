"""The predicted numbers of one input."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.seeing.notebook.markup import page_part, table


@dataclass(frozen=True)
class RegressionPrediction:
    """The numbers of one input, each with an interval.

    Attributes:
        values: Number by target, in its own unit.
        intervals: `(low, high)` by target; see the recipe for what it promises.
    """

    values: dict[str, float]
    intervals: dict[str, tuple[float, float]]

    @property
    def value(self) -> float:
        """The number of the first target."""
        return next(iter(self.values.values()))

    @property
    def interval(self) -> tuple[float, float]:
        """The interval of the first target."""
        return next(iter(self.intervals.values()))

    @classmethod
    def from_row(
        cls, row: np.ndarray, names: Sequence[str], half_widths: Sequence[float]
    ) -> "RegressionPrediction":
        """Make a prediction from one row of numbers, shape `(targets,)`."""
        values = {name: float(number) for name, number in zip(names, row, strict=True)}
        halves = dict(zip(names, half_widths, strict=True))
        return cls(
            values=values,
            intervals={n: (v - halves[n], v + halves[n]) for n, v in values.items()},
        )

    def to_row(self) -> dict[str, Any]:
        """Return the prediction as a row of `predict_frame`."""
        row: dict[str, float] = {}
        for name, (low, high) in self.intervals.items():
            row |= {name: self.values[name], f"low {name}": low, f"high {name}": high}
        return row

    def _repr_html_(self) -> str:
        rows = [
            [name, f"{value:.4g}", "{:.4g} to {:.4g}".format(*self.intervals[name])]
            for name, value in self.values.items()
        ]
        return page_part("Predicted numbers", table(["target", "value", "interval"], rows))

    def __str__(self) -> str:
        ends = {name: "{:.4g} to {:.4g}".format(*each) for name, each in self.intervals.items()}
        return ", ".join(
            f"{printable(name)} {value:.4g} ({ends[name]})" for name, value in self.values.items()
        )
