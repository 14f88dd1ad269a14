"""Evaluation of a regression on labelled examples."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from kerastl.basics.printable import printable
from kerastl.basics.suggest import unknown_name
from kerastl.seeing.notebook.plot import Plot
from kerastl.tasks.evaluating.evaluation import TaskEvaluation
from kerastl.tasks.evaluating.intervals import (
    Interval,
    bootstrap_interval,
    mean_interval,
    resampled_sums,
    share_interval,
)
from kerastl.tasks.regression.results import NumberResults

if TYPE_CHECKING:
    from kerastl.data.splits.split import Split


@dataclass(frozen=True)
class TargetMetrics:
    """Metrics of one target, in its own unit where they have one.

    Attributes:
        mae: Mean absolute error.
        rmse: Root of the mean squared error.
        r2: Share of the variance that is explained; 0 for always predicting the mean, NaN for
            a single example.
        coverage: Share of true numbers inside their interval.
        width: Mean width of the intervals.
    """

    mae: float
    rmse: float
    r2: float
    coverage: float
    width: float


@dataclass(frozen=True)
class RegressionEvaluation(TaskEvaluation):
    """Metrics of a regression on one split.

    Attributes:
        examples: Number of examples.
        r2: Mean R² of the targets.
        stated_coverage: Share of true numbers that the intervals were made to hold.
        per_target: Metrics by target.
        note: A remark on the examples, such as that the model was trained on them. Defaults to
            None.
        results: The true and the predicted numbers of every example; None if only the metrics are
            known. Defaults to None.
    """

    examples: int
    r2: float
    stated_coverage: float
    per_target: dict[str, TargetMetrics]
    note: str | None = None
    results: NumberResults | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_numbers(
        cls,
        predicted: np.ndarray,
        true: np.ndarray,
        names: Sequence[str],
        half_widths: Sequence[float],
        stated_coverage: float,
        split: Split | None = None,
    ) -> RegressionEvaluation:
        """Compute all metrics from predicted and true numbers.

        Args:
            predicted: Shape `(examples, targets)`.
            true: Of the same shape.
            names: One a target.
            half_widths: Half the width of each target's intervals.
            stated_coverage: What they were made to hold.
            split: The examples, for their names and inputs. Defaults to None: not known.

        Returns:
            The evaluation.

        Raises:
            ValueError: If there is no example, or shapes disagree.

        Example:

        >>> import numpy as np
        >>> found = RegressionEvaluation.from_numbers(
        ...     np.array([[1.0], [3.0]]), np.array([[2.0], [3.0]]), ["stars"], [0.6], 0.9
        ... )
        >>> found.per_target["stars"].mae, found.per_target["stars"].coverage
        (0.5, 0.5)
        """
        from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

        if not len(true) or not predicted.shape == true.shape == (len(true), len(names)):
            raise ValueError(
                "An evaluation needs at least one example, and one number a target for each. "
                f"Received: predictions of shape {predicted.shape}, numbers of shape {true.shape}, "
                f"{len(names)} names"
            )
        results = NumberResults(predicted, true, names, half_widths, split)
        predicted, true, inside = results.guesses, results.numbers, results.inside
        per_target = {
            name: TargetMetrics(
                mae=float(mean_absolute_error(true[:, i], predicted[:, i])),
                rmse=float(root_mean_squared_error(true[:, i], predicted[:, i])),
                r2=float(r2_score(true[:, i], predicted[:, i])) if len(true) > 1 else float("nan"),
                coverage=float(inside[:, i].mean()),
                width=2 * float(half_widths[i]),
            )
            for i, name in enumerate(names)
        }
        return cls(
            examples=len(true),
            r2=float(np.mean([each.r2 for each in per_target.values()])),
            stated_coverage=stated_coverage,
            per_target=per_target,
            results=results,
        )

    @property
    def groups(self) -> Mapping[str, TargetMetrics]:
        """The metrics of each target."""
        return self.per_target

    def plot_residuals(
        self, target: str | None = None, path: str | os.PathLike[str] | None = None
    ) -> Plot:
        """Draw predicted numbers against true ones.

        Args:
            target: Name of the target. Defaults to None: the first.
            path: Image file that is also written. Defaults to None: none.

        Returns:
            The plot, which a notebook shows.

        Raises:
            ImportError: If matplotlib is not installed.
            RuntimeError: If the evaluation was made from metrics alone.
            ValueError: If there is no such target.
        """
        from kerastl.seeing.drawing.numbers import draw_numbers

        self.examples_kept()
        results = self.results
        assert results is not None
        names = results.names_of_targets
        name = names[0] if target is None else target
        if name not in names:
            raise unknown_name("target", target, names)
        place = names.index(name)
        figure = draw_numbers(results.numbers[:, place], results.guesses[:, place], name)
        metrics = self.per_target[name]
        return Plot(figure, f"predicted over true {name}; R² {metrics.r2:.3f}", path)

    def compute_intervals(self) -> dict[str, Interval]:
        """Return the interval of the mean R² of the targets."""
        return {"r2": bootstrap_interval(self._resampled_r2.mean(axis=1), self.r2)}

    def compute_group_intervals(self) -> dict[str, dict[str, Interval]]:
        """Return the intervals of the errors, of R² and of the coverage of each target."""
        results = self.results
        assert results is not None
        squared = resampled_sums(results.residuals**2) / len(results)
        return {
            name: {
                "mae": mean_interval(np.abs(results.residuals[:, i])),
                "rmse": bootstrap_interval(np.sqrt(squared[:, i]), each.rmse),
                "r2": bootstrap_interval(self._resampled_r2[:, i], each.r2),
                "coverage": share_interval(results.inside[:, i].sum(), len(results)),
            }
            for i, (name, each) in enumerate(self.per_target.items())
        }

    @cached_property
    def _resampled_r2(self) -> np.ndarray:
        """R² of each target in bootstrap samples, shape `(samples, targets)`."""
        results = self.results
        assert results is not None
        # Numbers far from 0 would lose digits in the difference of the sums.
        centred = results.numbers - results.numbers.mean(axis=0)
        columns = np.concatenate([results.residuals**2, centred, centred**2], axis=1)
        errors, sums, squares = np.split(resampled_sums(columns), 3, axis=1)
        variance = squares - sums**2 / len(results)
        return np.where(variance > 0, 1 - errors / np.where(variance > 0, variance, 1), np.nan)

    def __str__(self) -> str:
        rows = [(printable(name), each) for name, each in self.per_target.items()]
        width = max([6, *(len(name) for name, _ in rows)])
        lines = [
            f"R² {self.r2:.3f}, {self.examples} examples, intervals made for "
            f"{self.stated_coverage:.0%}",
            f"{'target':<{width}}  mean error       RMSE      R²  inside       width",
        ]
        lines += [
            f"{name:<{width}}  {c.mae:10.4g} {c.rmse:10.4g}  {c.r2:6.3f}  {c.coverage:6.3f}  "
            f"{c.width:10.4g}"
            for name, c in rows
        ]
        if self.note is not None:
            lines.append(printable(f"note: {self.note}"))
        return "\n".join(lines)
