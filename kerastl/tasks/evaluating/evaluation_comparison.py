"""Two models on the same examples: which predictions changed, and whether that is chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.basics.printable import printable
from kerastl.seeing.notebook.markup import page_part, paragraphs, table
from kerastl.tasks.evaluating.evaluated_example import EvaluatedExample, shown
from kerastl.tasks.evaluating.example_results import ExampleResults
from kerastl.tasks.evaluating.intervals import Interval, mean_interval
from kerastl.tasks.evaluating.worst_examples import WorstExamples

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class EvaluationComparison:
    """The difference of two evaluations of the same examples.

    Attributes:
        examples: Number of examples.
        fixed: Number of examples that only the other evaluation gets right.
        broken: Number of examples that only this evaluation gets right.
        p_value: Two-sided exact p-value of McNemar's test (McNemar 1947) on `fixed` and
            `broken`: the probability of a difference at least this large if both models are
            right equally often. 1 if no example changed.
        difference: Share of right examples of the other evaluation minus that of this one.
        difference_interval: 95 % interval of the difference, from the paired examples; NaN for
            a single example.
        loss_difference: Mean loss of the other evaluation minus that of this one; below 0 is
            better.
        loss_difference_interval: 95 % interval of the loss difference.
        one: Results of this evaluation.
        other: Results of the other evaluation.
    """

    examples: int
    fixed: int
    broken: int
    p_value: float
    difference: float
    difference_interval: Interval
    loss_difference: float
    loss_difference_interval: Interval
    one: ExampleResults = field(repr=False, compare=False)
    other: ExampleResults = field(repr=False, compare=False)

    @classmethod
    def of(cls, one: ExampleResults, other: ExampleResults) -> EvaluationComparison:
        """Compare two results.

        Args:
            one: Results of an evaluation.
            other: Results of another model on the same examples, in the same order.

        Returns:
            The comparison.

        Raises:
            ValueError: If the examples are not the same.
        """
        from scipy.stats import binomtest

        _check_same(one, other)
        fixed = int((~one.correct & other.correct).sum())
        broken = int((one.correct & ~other.correct).sum())
        changed = fixed + broken
        gained = other.correct.astype("float64") - one.correct
        losses = other.losses - one.losses
        return cls(
            examples=len(one),
            fixed=fixed,
            broken=broken,
            p_value=float(binomtest(fixed, changed).pvalue) if changed else 1.0,
            difference=float(gained.mean()),
            difference_interval=mean_interval(gained),
            loss_difference=float(losses.mean()),
            loss_difference_interval=mean_interval(losses),
            one=one,
            other=other,
        )

    def fixed_examples(self) -> WorstExamples:
        """Return the examples that only the other evaluation gets right, as it predicts them.

        Those whose loss fell the most come first.
        """
        return self._examples(~self.one.correct & self.other.correct, 1)

    def broken_examples(self) -> WorstExamples:
        """Return the examples that only this evaluation gets right, as the other predicts them.

        Those whose loss rose the most come first.
        """
        return self._examples(self.one.correct & ~self.other.correct, -1)

    def to_frame(self) -> pd.DataFrame:
        """Return a table of the examples whose predictions differ.

        Returns:
            A `pandas.DataFrame` with one row for each such example: its name, the truth, both
            predictions, and `change`: `"fixed"`, `"broken"` or `"other"`.
        """
        import pandas as pd

        one, other = self.one, self.other
        rows = [
            {
                "index": index,
                "name": one.names[index],
                "truth": one.truth(index),
                "predicted": one.predicted(index),
                "predicted_by_other": other.predicted(index),
                "change": _change(bool(one.correct[index]), bool(other.correct[index])),
            }
            for index in range(len(one))
            if one.correct[index] != other.correct[index]
            or shown(one.predicted(index)) != shown(other.predicted(index))
        ]
        columns = ["index", "name", "truth", "predicted", "predicted_by_other", "change"]
        return pd.DataFrame(rows, columns=columns).set_index("index")

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values that JSON can hold."""
        return {
            "examples": self.examples,
            "fixed": self.fixed,
            "broken": self.broken,
            "p_value": self.p_value,
            "difference": self.difference,
            "difference_interval": list(self.difference_interval),
            "loss_difference": self.loss_difference,
            "loss_difference_interval": list(self.loss_difference_interval),
        }

    def _repr_html_(self) -> str:
        frame = self.to_frame()
        columns = ["name", "truth", "predicted", "predicted_by_other", "change"]
        rows = [[shown(row[name]) for name in columns] for _, row in frame.iterrows()]
        return page_part(
            "Comparison of two evaluations",
            paragraphs(str(self).split("\n")),
            table([name.replace("_", " ") for name in columns], rows, numbers_from=5),
        )

    def _examples(self, chosen: np.ndarray, sign: int) -> WorstExamples:
        indices = np.flatnonzero(chosen)
        fallen = sign * (self.one.losses - self.other.losses)[indices]
        order = indices[np.argsort(-fallen, kind="stable")]
        return WorstExamples([EvaluatedExample.of(self.other, index) for index in order])

    def __str__(self) -> str:
        low, high = self.difference_interval
        loss_low, loss_high = self.loss_difference_interval
        verdict = "a difference" if self.p_value < 0.05 else "no evidence of a difference"
        return "\n".join(
            [
                f"the other evaluation gets {self.fixed} more and {self.broken} fewer of "
                f"{self.examples} examples right",
                f"share of right examples {self.difference:+.3f} (95 % interval {low:+.3f} to "
                f"{high:+.3f}); McNemar's test: p = {self.p_value:.3g}, {verdict}",
                f"mean loss {self.loss_difference:+.3f} (95 % interval {loss_low:+.3f} to "
                f"{loss_high:+.3f})",
            ]
        )


def _change(was_right: bool, is_right: bool) -> str:
    if was_right == is_right:
        return "other"
    return "fixed" if is_right else "broken"


def _check_same(one: ExampleResults, other: ExampleResults) -> None:
    if type(one) is not type(other):
        raise ValueError(
            "Only evaluations of the same task can be compared. "
            f"Received: {type(one).__name__} and {type(other).__name__}"
        )
    if len(one) != len(other):
        raise ValueError(
            "Both evaluations must be of the same examples in the same order. "
            f"Received: {len(one)} and {len(other)} examples"
        )
    for index in range(len(one)):
        if one.names[index] != other.names[index]:
            raise ValueError(
                "Both evaluations must be of the same examples in the same order. "
                f"Received: {printable(one.names[index])} and {printable(other.names[index])} at "
                f"position {index}"
            )
        if one.truth(index) != other.truth(index):
            raise ValueError(
                "Both evaluations must be of the same examples with the same labels. Received: "
                + printable(
                    f"{shown(one.truth(index))} and {shown(other.truth(index))} for "
                    f"{one.names[index]}"
                )
            )
