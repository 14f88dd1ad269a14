"""The part of a recipe that explains a prediction: which score, of which class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.basics.suggest import unknown_name

if TYPE_CHECKING:
    from kerastl.data.splits.split import Split
    from kerastl.training.criterion import Criterion


class ExplainedOutputs:
    """Choose the output that is explained, and its score."""

    if TYPE_CHECKING:
        class_names: tuple[str, ...]

        @property
        def criterion(self) -> Criterion:
            """The task's loss and metrics."""

    def explained_names(self) -> tuple[str, ...]:
        """Return the names that `target` may have."""
        return self.class_names

    def explained_columns(self, target: str) -> list[int]:
        """Return the outputs that a target stands for."""
        return [self.class_names.index(target)]

    def explained_values(self, outputs: Any) -> Any:
        """Return the outputs as one row for each example: shape `(examples, outputs)`."""
        return outputs

    def explained_target(self, outputs: np.ndarray, target: str | None) -> str:
        """Return the name of a target, by default the one with the highest output.

        Args:
            outputs: The model's outputs for one example.
            target: The name that the user gave, or None.

        Raises:
            ValueError: If there is no such target.
        """
        names = self.explained_names()
        if target is not None:
            if target not in names:
                raise unknown_name("target", target, names)
            return target
        if not self.criterion.has_probabilities:
            return names[0]
        row = np.asarray(self.explained_values(outputs))[0]
        return max(names, key=lambda name: max(row[i] for i in self.explained_columns(name)))

    def explained_value(self, outputs: np.ndarray, target: str) -> float:
        """Return the probability or the number of a target for one example."""
        row = np.asarray(self.explained_values(outputs))[0]
        return float(max(row[column] for column in self.explained_columns(target)))

    def explained_score(self, outputs: Any, target: str) -> Any:
        """Return the log-odds of a probability, or the number, for each example.

        A probability near 1 has hardly a gradient; its log-odds do.

        Args:
            outputs: The model's outputs, a tensor or an array.
            target: Name of a target.
        """
        from keras import ops

        values = self.explained_values(outputs)
        chosen = [values[:, column] for column in self.explained_columns(target)]
        value = chosen[0] if len(chosen) == 1 else ops.max(ops.stack(chosen, axis=-1), axis=-1)
        if not self.criterion.has_probabilities:
            return value
        value = ops.clip(ops.cast(value, "float32"), 1e-6, 1 - 1e-6)
        return ops.log(value) - ops.log(1.0 - value)

    def explained_scores(self, outputs: Any, targets: Sequence[str]) -> Any:
        """Return the scores of `explained_score` for examples with a target each.

        Args:
            outputs: The model's outputs, a tensor or an array.
            targets: Name of a target for each example.
        """
        from keras import ops

        rows = [
            self.explained_score(outputs[index : index + 1], target)
            for index, target in enumerate(targets)
        ]
        return ops.concatenate(rows, axis=0)


def one_input(split: Split) -> Split:
    """Return a split of one input; raise a `ValueError` for another number."""
    if len(split) != 1:
        raise ValueError(
            f"`explain` takes one input: call it for each. Received: {len(split)} inputs"
        )
    return split
