"""The base class of all evaluations: they keep their examples."""

from __future__ import annotations

import abc
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.basics.arguments import check_count
from kerastl.tasks.evaluating.evaluated_example import EvaluatedExample
from kerastl.tasks.evaluating.evaluation_comparison import EvaluationComparison
from kerastl.tasks.evaluating.intervals import Interval
from kerastl.tasks.evaluating.worst_examples import WorstExamples

if TYPE_CHECKING:
    import pandas as pd

    from kerastl.seeing.notebook.html_part import HtmlPart
    from kerastl.seeing.notebook.plot import Plot
    from kerastl.tasks.evaluating.example_results import ExampleResults

_SHOWN = 8
Intervals = Mapping[str, Interval]


class TaskEvaluation(abc.ABC):
    """Metrics of a model on one split, and the truth and the prediction of every example.

    A task's evaluation is a dataclass of its metrics that ends in the fields `note` and `results`.

    Attributes:
        note: A remark on the examples, such as that the model was trained on them, or None.
        results: The results of single examples; None if only the metrics are known.
    """

    note: str | None
    results: Any

    @cached_property
    def intervals(self) -> Intervals:
        """95 % interval of each metric of the whole split, by the metric's name.

        Shares of examples have Wilson's interval, means have Student's, and all other metrics
        that of 1,000 bootstrap samples of the examples (200 for average precision). Computed on
        first use. Empty without `results`.
        """
        return {} if self.results is None else self.compute_intervals()

    @cached_property
    def group_intervals(self) -> Mapping[str, Intervals]:
        """95 % interval of each metric of each class, label, target or type, by its name."""
        return {} if self.results is None else self.compute_group_intervals()

    @property
    @abc.abstractmethod
    def groups(self) -> Mapping[str, Any]:
        """The metrics of each class, label, target or type, by its name."""

    @abc.abstractmethod
    def compute_intervals(self) -> dict[str, Interval]:
        """Compute the intervals of the metrics of the whole split from `results`."""

    @abc.abstractmethod
    def compute_group_intervals(self) -> dict[str, dict[str, Interval]]:
        """Compute the intervals of the metrics of each class from `results`."""

    def worst(self, count: int = 12) -> WorstExamples:
        """Return the examples that the model predicted worst.

        Args:
            count: How many at most. Defaults to 12.

        Returns:
            Wrong examples before right ones, those with the highest loss first: for classes the
            most confidently wrong. `print` shows them as a table.

        Raises:
            RuntimeError: If the evaluation was made from metrics alone.

        Example:

        ```python
        evaluation = recipe.evaluate(data.test)
        print(evaluation.worst(12))
        evaluation.worst(1)[0].name
        ```
        """
        check_count("count", count)
        results = self.examples_kept()
        return WorstExamples(
            [EvaluatedExample.of(results, index) for index in results.order()[:count]]
        )

    def plot_worst(
        self, count: int = 12, path: str | os.PathLike[str] | None = None
    ) -> Plot | HtmlPart:
        """Show the worst examples with truth, prediction and score.

        Args:
            count: How many at most. Defaults to 12.
            path: File that is also written: an image, or a page for texts. Defaults to None: none.

        Returns:
            For images a plot, with boxes drawn; for texts a table in which entities are marked. A
            notebook shows both. An image that has vanished has an empty place.

        Raises:
            ImportError: If images are drawn and matplotlib is not installed.
            RuntimeError: If the evaluation does not know its examples.
            OSError: If the file cannot be written.

        Example:

        ```python
        recipe.evaluate(data.test).plot_worst(12, "worst.png")
        ```
        """
        from kerastl.tasks.evaluating.worst_plot import plot_examples

        worst = self.worst(count)
        return plot_examples(worst, f"The {len(worst)} worst examples", path)

    def _repr_html_(self) -> str:
        from kerastl.tasks.evaluating.evaluation_html import evaluation_html

        metrics = {
            name: getattr(self, name)
            for name in (each.name for each in fields(self))  # type: ignore[arg-type]
            if type(getattr(self, name)) in (int, float)
        }
        known = self.results is not None and self.results.split is not None
        remarks = str(self).split("\n")[2 + len(self.groups) :]
        return evaluation_html(
            type(self).__name__,
            metrics,
            self.intervals,
            self.groups,
            self.group_intervals,
            self.worst(_SHOWN) if known else (),
            remarks,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a table with one row for each example, in the order of the split.

        Returns:
            A `pandas.DataFrame` with the columns `name`, `text` (of texts), the truth, the
            prediction and its score, `loss` and `correct`.

        Raises:
            RuntimeError: If the evaluation was made from metrics alone.
        """
        import pandas as pd

        results = self.examples_kept()
        columns: dict[str, Any] = {"name": results.names}
        if results.split is not None and results.split.modality == "text":
            columns["text"] = results.split.encoded()
        columns |= results.columns()
        columns |= {"loss": results.losses, "correct": results.correct}
        frame = pd.DataFrame({name: _column(values) for name, values in columns.items()})
        frame.index.name = "index"
        return frame

    def compare(self, other: TaskEvaluation) -> EvaluationComparison:
        """Compare with the evaluation of another model on the same examples.

        Args:
            other: Evaluation of the same split, such as that of a fine-tuned model, where this is
                that of its linear probe.

        Returns:
            How many examples changed in each direction, with McNemar's test and intervals; and
            which.

        Raises:
            ValueError: If `other` is no evaluation, or of other examples.
            RuntimeError: If one of the two was made from metrics alone.

        Example:

        ```python
        comparison = before.compare(after)
        print(comparison)
        comparison.fixed_examples()
        ```
        """
        if not isinstance(other, TaskEvaluation):
            raise ValueError(
                "`other` must be an evaluation, as `recipe.evaluate` returns it. "
                f"Received: other={other!r}"
            )
        return EvaluationComparison.of(self.examples_kept(), other.examples_kept())

    def examples_kept(self) -> ExampleResults:
        """Return the results of single examples; raise a `RuntimeError` if there are none."""
        if self.results is None:
            raise RuntimeError(
                "This evaluation was made from metrics alone and has no examples: make one with "
                f"`recipe.evaluate(split)`. Received: {type(self).__name__} without examples"
            )
        results: ExampleResults = self.results
        return results

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics and their intervals as plain values that JSON can hold.

        Returns:
            The attributes by name without the examples, and `intervals` and `group_intervals`,
            where a NaN is None.
        """
        described: dict[str, Any] = {
            each.name: _plain(getattr(self, each.name))
            for each in fields(self)  # type: ignore[arg-type]
            if each.name != "results"
        }
        described["intervals"] = _known(self.intervals)
        described["group_intervals"] = {
            name: _known(found) for name, found in self.group_intervals.items()
        }
        return described


def _column(values: Any) -> Any:
    """Keep tuples and lists as single values of a column."""
    if isinstance(values, np.ndarray):
        return values
    listed = np.empty(len(values), object)
    for index, value in enumerate(values):
        listed[index] = value
    return listed if any(isinstance(value, list | tuple) for value in values) else list(values)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _known(intervals: Intervals) -> dict[str, list[float | None]]:
    return {
        name: [None if math.isnan(end) else end for end in interval]
        for name, interval in intervals.items()
    }
