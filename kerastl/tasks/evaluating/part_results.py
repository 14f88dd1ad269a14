"""What a model predicted for the labelled parts of each example, such as boxes or entities."""

from __future__ import annotations

import abc
import os
from collections.abc import Sequence

from kerastl.seeing.notebook.plot import Plot
from kerastl.tasks.evaluating.confusion import Confusion, confusion_table, sorted_confusions
from kerastl.tasks.evaluating.example_results import ExampleResults


class PartResults(ExampleResults):
    """The results of a task whose examples have any number of labelled parts."""

    @abc.abstractmethod
    def mistakes(self, index: int) -> list[tuple[str, str]]:
        """Return the true and the predicted label of each wrong part of one example."""

    @abc.abstractmethod
    def totals(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return the number of true and of predicted parts of each label."""

    @abc.abstractmethod
    def right(self) -> dict[str, int]:
        """Return the number of right parts of each label."""

    def confusions(self) -> list[Confusion]:
        """Return the pairs of labels that the model confuses, the most frequent first."""
        pairs = [
            (truth, found, index)
            for index in range(len(self))
            for truth, found in self.mistakes(index)
        ]
        return sorted_confusions(pairs, *self.totals())

    def plot_confusion(
        self, parts: str, labels: Sequence[str], path: str | os.PathLike[str] | None
    ) -> Plot:
        """Draw the confusion matrix.

        Args:
            parts: What the parts are, such as `"boxes"`.
            labels: The labels of parts, in the order of rows and columns.
            path: Image file that is also written; None for none.
        """
        from kerastl.seeing.drawing.confusion import draw_confusion

        confusions = self.confusions()
        counts, names = confusion_table(confusions, self.right(), labels)
        found = "; ".join(map(str, confusions[:3])) or "none"
        told = f"confusion matrix of {parts}; most frequent mistakes: {found}"
        return Plot(draw_confusion(counts, names), told, path)
