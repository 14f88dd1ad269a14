"""Evaluation of a regression on labelled examples."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from kerastl.basics.printable import printable


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
class RegressionEvaluation:
    """Metrics of a regression on one split.

    Attributes:
        examples: Number of examples.
        r2: Mean R² of the targets.
        stated_coverage: Share of true numbers that the intervals were made to hold.
        per_target: Metrics by target.
        note: A remark on the examples, such as that the model was trained on them. Defaults to
            None.
    """

    examples: int
    r2: float
    stated_coverage: float
    per_target: dict[str, TargetMetrics]
    note: str | None = None

    @classmethod
    def from_numbers(
        cls,
        predicted: np.ndarray,
        true: np.ndarray,
        names: Sequence[str],
        half_widths: Sequence[float],
        stated_coverage: float,
    ) -> "RegressionEvaluation":
        """Compute all metrics from predicted and true numbers.

        Args:
            predicted: Shape `(examples, targets)`.
            true: Of the same shape.
            names: One a target.
            half_widths: Half the width of each target's intervals.
            stated_coverage: What they were made to hold.

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
        predicted, true = predicted.astype("float64"), true.astype("float64")
        inside = np.abs(true - predicted) <= np.asarray(half_widths)
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
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics as plain values that JSON can hold."""
        return asdict(self)

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
