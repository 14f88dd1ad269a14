"""The base class of all multi-label classifiers: each example has any number of labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.basics.progress import shows_progress
from kerastl.recipe.recipe import Recipe
from kerastl.tasks.multi_label.evaluation import MultiLabelEvaluation
from kerastl.tasks.multi_label.prediction import MultiLabelPrediction

if TYPE_CHECKING:
    import keras

    from kerastl.artifacts.measure import Measure
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Split
    from kerastl.training.criterion import Criterion
    from kerastl.training.schedules.schedule import Schedule


class MultiLabelClassification(Recipe):
    """Predict any number of labels for each example: the output half of a recipe.

    `ImageMultiLabelClassification` and `TextMultiLabelClassification` add the inputs.
    """

    @property
    def thresholds(self) -> dict[str, float]:
        """Smallest probability at which each label is predicted; 0.5 until `fit` chooses.

        `fit` chooses the threshold with the highest F1 of each label on the validation split.
        """
        head = self.model.get_layer("head")
        thresholds = dict(zip(self.class_names, head.thresholds, strict=True))
        broken = [name for name, threshold in thresholds.items() if not math.isfinite(threshold)]
        if broken:
            # No probability reaches such a threshold, so the label would never be predicted.
            raise ValueError(
                "The threshold of each label must be a number: train the model again. "
                f"Received: a threshold that is NaN or infinite for {', '.join(map(repr, broken))}"
            )
        return thresholds

    @property
    def criterion(self) -> Criterion:
        """Binary log-loss and mean average precision."""
        from kerastl.tasks.multi_label.criterion import MultiLabelCriterion

        return MultiLabelCriterion()

    def default_schedule(self) -> Schedule:
        """Fit a linear probe, then fine-tune; see `LinearProbeThenFineTune`."""
        from kerastl.training.schedules.linear_probe_then_fine_tune import LinearProbeThenFineTune

        return LinearProbeThenFineTune()

    def check(self, data: Dataset) -> None:
        """Refuse data with single classes or numbers, and validation examples without labels."""
        for split in data.splits.values():
            self._check_labels(split)
        assert data.validation is not None
        if not sum(data.validation.class_counts().values()):
            # A model that never predicts a label would make no error.
            raise ValueError(
                "The validation split selects weights and thresholds and must contain labels. Add "
                "labelled examples, or pass no validation split: then a fifth of the training "
                f"split is held out. Received: {data.validation!r} without a label"
            )

    def read_pair(
        self,
        inputs: Any,
        labels: Any,
        class_names: Sequence[str] | None = None,
        pixel_range: tuple[float, float] | None = None,
    ) -> Dataset:
        """Make a multi-label data set from inputs and lists of labels or a table of 0 and 1."""
        from kerastl.data.inputs.label_table import chosen_columns, read_label_rows
        from kerastl.data.sources.multi_label import multi_label

        if class_names is None:
            return multi_label(inputs, labels, pixel_range=pixel_range)
        # In an evaluation, some labels of the model may have no example.
        read = read_label_rows(labels, class_names)
        rows = read.rows if read.columns is None else chosen_columns(read)
        return multi_label(inputs, rows, pixel_range=pixel_range)

    def targets(self, split: Split) -> np.ndarray:
        """Return 1 for each label that an example has, else 0, in the model's order."""
        from kerastl.data.assembly.label_alignment import align_label_columns

        self._check_labels(split)
        return align_label_columns(split, self.class_names or split.class_names)

    @shows_progress
    def evaluate(
        self, split: Split, *, batch_size: int = 32, verbose: Any = "auto"
    ) -> MultiLabelEvaluation:
        """Measure the model on labelled examples, at its thresholds.

        Args:
            split: Such as `data.test`. Labels are matched by name; a label that the split does
                not name counts as absent from all of its examples.
            batch_size: Examples in a batch. Defaults to 32.
            verbose: 0 shows no progress. Defaults to `"auto"`.

        Returns:
            Mean average precision, micro- and macro-F1, and metrics per label.

        Raises:
            ValueError: If the split has no labels, or one the model does not know.
        """
        split = self.labelled_split(split)
        thresholds = list(self.thresholds.values())
        labels = self.targets(split)
        measured = MultiLabelEvaluation.from_probabilities(
            self.outputs(split, batch_size), labels, self.class_names, thresholds, split
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
    ) -> list[MultiLabelPrediction]:
        """Label raw inputs.

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
        thresholds = list(self.thresholds.values())
        return [
            MultiLabelPrediction.from_row(row, self.class_names, thresholds)
            for row in self.outputs(split, batch_size)
        ]

    def measure(self) -> Measure:
        """Compare artifacts by micro-F1 and by equal labels."""
        from kerastl.tasks.multi_label.measure import MultiLabelMeasure

        return MultiLabelMeasure(list(self.thresholds.values()))

    def conclude(self, outputs: np.ndarray, targets: np.ndarray) -> None:
        """Choose each label's threshold."""
        from kerastl.tasks.multi_label.thresholds import best_thresholds

        found = best_thresholds(outputs, targets)
        self.model.get_layer("head").thresholds = tuple(map(float, found))

    def _check_labels(self, split: Split) -> None:
        from kerastl.data.splits.multi_label_split import MultiLabelSplit

        if not isinstance(split, MultiLabelSplit):
            raise ValueError(
                "Multi-label classification needs examples with lists of labels. Read them with "
                f"kerastl.data.multi_label or csv_multi_label. Received: {split!r}"
            )

    def import_layers(self) -> None:
        """Import the modules that register the layers of a saved model of this task."""
        import kerastl.tasks.multi_label.head  # noqa: F401

        super().import_layers()

    def head(self, class_names: Sequence[str]) -> keras.layers.Layer:
        """Make a fresh head: dropout, a dense layer, sigmoid."""
        from kerastl.tasks.multi_label.head import MultiLabelHead

        return MultiLabelHead(len(class_names), dropout=self.dropout, name="head")
