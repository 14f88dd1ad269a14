"""The base class of all regressions: each example has numbers."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.basics.arguments import check_number
from kerastl.basics.progress import shows_progress
from kerastl.recipe.recipe import Recipe
from kerastl.tasks.regression.evaluation import RegressionEvaluation
from kerastl.tasks.regression.prediction import RegressionPrediction

if TYPE_CHECKING:
    import keras

    from kerastl.artifacts.measure import Measure
    from kerastl.backbones.backbone import Backbone
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Split
    from kerastl.training.criterion import Criterion
    from kerastl.training.schedules.schedule import Schedule


class Regression(Recipe):
    """Predict one or several numbers for each example: the output half of a recipe.

    `ImageRegression` and `TextRegression` add the inputs.

    Every number has an interval, equally wide for all examples (split conformal prediction, Lei
    et al. 2018). For new examples from the distribution of the validation split, the interval
    holds the true number at least as often as `coverage` says, on average. This is not guaranteed
    for each kind of example, nor for data that has changed. The validation split also selects the
    weights, so the coverage is slightly lower if the split is small. Each target has the guarantee
    on its own, not all targets jointly.

    Args:
        coverage: Share of true numbers that the intervals hold, above 0 and below 1. With fewer
            than 9 validation examples, intervals for 0.9 are infinite. Defaults to 0.9.

    Raises:
        ValueError: If the coverage is out of range.
    """

    def __init__(
        self,
        backbone: str | os.PathLike[str] | keras.Model | Backbone,
        *,
        coverage: float = 0.9,
        **kwargs: Any,
    ) -> None:
        check_number("coverage", coverage, "(0, 1)")
        super().__init__(backbone, **kwargs)
        self.coverage = coverage
        self._spread: tuple[Sequence[float], Sequence[float]] | None = None

    @property
    def target_names(self) -> tuple[str, ...]:
        """Names of the targets, in the order of the model's outputs."""
        return self.class_names

    @property
    def half_widths(self) -> dict[str, float]:
        """Half the width of each target's interval; infinite until `fit` measures errors."""
        head = self.model.get_layer("head")
        half_widths = dict(zip(self.target_names, head.half_widths, strict=True))
        broken = [name for name, width in half_widths.items() if math.isnan(width)]
        if broken:
            raise ValueError(
                "The width of each interval must be a number: train the model again. "
                f"Received: a width that is NaN for {', '.join(map(repr, broken))}"
            )
        return half_widths

    @property
    def criterion(self) -> Criterion:
        """Squared error in units of the targets' variance, and R²."""
        from kerastl.tasks.regression.criterion import RegressionCriterion

        if not self.is_built:
            return RegressionCriterion([0.0], [1.0])
        head = self.model.get_layer("head")
        return RegressionCriterion(head.mean, head.scale)

    def default_schedule(self) -> Schedule:
        """Fit a linear probe, then fine-tune; see `LinearProbeThenFineTune`."""
        from kerastl.training.schedules.linear_probe_then_fine_tune import LinearProbeThenFineTune

        return LinearProbeThenFineTune()

    def check(self, data: Dataset) -> None:
        """Refuse data without numbers, and fewer than two validation examples."""
        for split in data.splits.values():
            self._check_numbers(split)
        assert data.validation is not None
        if len(data.validation) < 2:
            raise ValueError(
                "The validation split selects weights and measures errors, so it needs at least "
                f"two examples. Received: {data.validation!r}"
            )

    def read_pair(
        self,
        inputs: Any,
        labels: Any,
        class_names: Sequence[str] | None = None,
        pixel_range: tuple[float, float] | None = None,
    ) -> Dataset:
        """Make a data set from inputs and their numbers."""
        from kerastl.data.sources.numbers import numbers

        return numbers(inputs, labels, target_names=class_names, pixel_range=pixel_range)

    def targets(self, split: Split) -> np.ndarray:
        """Return the numbers of each example, in the model's order."""
        from kerastl.data.assembly.label_alignment import align_numbers

        self._check_numbers(split)
        return align_numbers(split, self.target_names or split.class_names)

    @shows_progress
    def evaluate(
        self, split: Split, *, batch_size: int = 32, verbose: Any = "auto"
    ) -> RegressionEvaluation:
        """Measure the model on examples with numbers.

        Args:
            split: Such as `data.test`. Targets are matched by name.
            batch_size: Examples in a batch. Defaults to 32.
            verbose: 0 shows no progress. Defaults to `"auto"`.

        Returns:
            For each target mean absolute error, RMSE, R², and coverage and width of intervals.

        Raises:
            ValueError: If the split has no numbers, or lacks a target.
        """
        split = self.labelled_split(split)
        half_widths = list(self.half_widths.values())
        true = self.targets(split)
        measured = RegressionEvaluation.from_numbers(
            self.outputs(split, batch_size),
            true,
            self.target_names,
            half_widths,
            self.coverage,
            split,
        )
        return replace(measured, note=self.note_on(split))

    @shows_progress
    def predict(
        self,
        inputs: Any,
        *,
        batch_size: int = 32,
        pixel_range: tuple[float, float] | None = None,
        verbose: Any = "auto",
    ) -> list[RegressionPrediction]:
        """Predict the numbers of raw inputs.

        Args:
            inputs: As for `Recipe.predict`.
            batch_size: Inputs in a batch. Defaults to 32.
            pixel_range: As for `Recipe.predict`. Defaults to None.
            verbose: As for `evaluate`. Defaults to `"auto"`.

        Returns:
            One prediction for each input, in order.

        Raises:
            ValueError: If an input cannot be read.
        """
        split = self.as_split(inputs, pixel_range)
        if not len(split):
            return []
        half_widths = list(self.half_widths.values())
        return [
            RegressionPrediction.from_row(row, self.target_names, half_widths)
            for row in self.outputs(split, batch_size)
        ]

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this recipe again, without weights."""
        return {**super().get_config(), "coverage": self.coverage}

    def measure(self) -> Measure:
        """Compare artifacts by R² and by close numbers."""
        from kerastl.tasks.regression.measure import RegressionMeasure

        scale = self.model.get_layer("head").scale
        return RegressionMeasure(scale, list(self.half_widths.values()), self.coverage)

    def conclude(self, outputs: np.ndarray, targets: np.ndarray) -> None:
        """Choose the width of the intervals from errors on examples not trained on."""
        from kerastl.tasks.regression.conformal import conformal_half_widths

        found = conformal_half_widths(targets - outputs, self.coverage)
        self.model.get_layer("head").half_widths = tuple(map(float, found))

    def _check_numbers(self, split: Split) -> None:
        from kerastl.data.splits.number_split import NumberSplit

        if not isinstance(split, NumberSplit):
            raise ValueError(
                "Regression needs examples with numbers. Read them with kerastl.data.numbers or "
                f"csv_numbers. Received: {split!r}"
            )

    def prepare(self, train: Split) -> None:
        """Measure mean and standard deviation of each target."""
        super().prepare(train)
        assert train.labels is not None
        numbers = train.labels.astype("float64")
        self._spread = numbers.mean(axis=0).tolist(), numbers.std(axis=0).tolist()

    def import_layers(self) -> None:
        """Import the modules that register the layers of a saved model of this task."""
        import kerastl.tasks.regression.head  # noqa: F401

        super().import_layers()

    def head(self, class_names: Sequence[str]) -> keras.layers.Layer:
        """Make a fresh head: dropout, a dense layer, the targets' scale and mean."""
        from kerastl.tasks.regression.head import RegressionHead

        mean, scale = self._spread or ([0.0] * len(class_names), [1.0] * len(class_names))
        return RegressionHead(mean, scale, dropout=self.dropout, name="head")
