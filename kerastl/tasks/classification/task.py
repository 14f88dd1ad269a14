"""The base class of all classifiers: each example has one class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from kerastl.basics.arguments import check_flag
from kerastl.basics.progress import shows_progress
from kerastl.data.assembly.label_alignment import align_labels
from kerastl.data.splits.other_class import known_part
from kerastl.recipe.recipe import Recipe
from kerastl.recipe.unknown.unknown_answers import (
    chosen_rule,
    measured_unknown,
    outputs_with_unfamiliarity,
    unknown_rule_of,
)
from kerastl.tasks.classification.evaluation import Evaluation
from kerastl.tasks.classification.prediction import Prediction

if TYPE_CHECKING:
    import keras
    import pandas as pd

    from kerastl.artifacts.measure import Measure
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Split
    from kerastl.tasks.classification.labelling.suggestion import LabelSuggestion
    from kerastl.training.criterion import Criterion
    from kerastl.training.schedules.schedule import Schedule


class Classification(Recipe):
    """Predict one class for each example: the output half of a recipe.

    `ImageClassification` and `TextClassification` add the inputs.
    """

    finds_unknown: ClassVar[bool] = True

    @property
    def criterion(self) -> Criterion:
        """Log-loss and accuracy."""
        from kerastl.tasks.classification.criterion import ClassificationCriterion

        return ClassificationCriterion()

    def default_schedule(self) -> Schedule:
        """Fit a linear probe and decide by its result; see `ProbeGuidedFineTune`."""
        from kerastl.training.schedules.probe_guided_fine_tune import ProbeGuidedFineTune

        return ProbeGuidedFineTune()

    def targets(self, split: Split) -> np.ndarray:
        """Return the index of each example's class, in the model's order."""
        return align_labels(split, self.class_names or split.class_names)

    @shows_progress
    def evaluate(self, split: Split, *, batch_size: int = 32, verbose: Any = "auto") -> Evaluation:
        """Measure the model on labelled examples.

        Args:
            split: Such as `data.test`, or a data set, whose test split or else only split is taken;
                a pair `(inputs, labels)`; or a `tf.data.Dataset`. Labels are matched by class name.
            batch_size: Examples in a batch. Defaults to 32.
            verbose: 0 shows no progress. Defaults to `"auto"`.

        Returns:
            Accuracy with its interval, macro-F1, metrics per class, confusion, calibration.
            Examples of the class `_other` are left out; the note says how many of them and of the
            others are called unknown.

        Raises:
            ValueError: If the split has no labels, or a class the model does not know.
        """
        split, others = known_part(self.labelled_split(split))
        labels = self.targets(split)
        probabilities = self.outputs(split, batch_size)
        measured = Evaluation.from_probabilities(probabilities, labels, self.class_names, split)
        found = None if others is None else measured_unknown(self, split, others)
        notes = [self.note_on(split), found]
        return replace(measured, note="; ".join(filter(None, notes)) or None)

    @property
    def tells_unknown(self) -> bool:
        """Whether there is a threshold for `predict(allow_unknown=True)`."""
        return self.unknown_rule is not None and self.unknown_rule.has_threshold

    @shows_progress
    def predict(
        self,
        inputs: Any,
        *,
        batch_size: int = 32,
        pixel_range: tuple[float, float] | None = None,
        allow_unknown: bool = False,
        verbose: Any = "auto",
    ) -> list[Prediction]:
        """Classify raw inputs.

        Args:
            inputs: One raw input or a list of them: for images paths, file bytes, PIL images
                or arrays of pixels; for texts strings. Or a split.
            batch_size: Inputs in a batch. Defaults to 32.
            pixel_range: As for `Recipe.predict`. Defaults to None.
            allow_unknown: Whether an input that is unlike the training examples gets `label=None`.
                About 5 % of the inputs of a known class get it, too; see
                `choose_unknown_threshold`. Defaults to False: the most probable class is the
                answer to every input.
            verbose: As for `evaluate`. Defaults to `"auto"`.

        Returns:
            One prediction for each input, in order.

        Raises:
            ValueError: If an input cannot be read.
            RuntimeError: If there is no threshold for unknown inputs.
        """
        check_flag("allow_unknown", allow_unknown)
        split = self.as_split(inputs, pixel_range)
        rule = unknown_rule_of(self) if allow_unknown else None
        if not len(split):
            return []
        if rule is None:
            rows = self.outputs(split, batch_size)
            return [Prediction.from_row(row, self.class_names) for row in rows]
        rows, scores = outputs_with_unfamiliarity(self, rule, split, batch_size)
        return [
            Prediction.from_row(row, self.class_names).judged(score, rule.threshold)
            for row, score in zip(rows, scores, strict=True)
        ]

    def predict_frame(
        self,
        inputs: Any,
        *,
        batch_size: int = 32,
        pixel_range: tuple[float, float] | None = None,
        allow_unknown: bool = False,
    ) -> pd.DataFrame:
        """Predict raw inputs; returns a table, as `Recipe.predict_frame` describes.

        Args:
            inputs: As for `predict`.
            batch_size: As for `predict`. Defaults to 32.
            pixel_range: As for `predict`. Defaults to None.
            allow_unknown: As for `predict`. With it there are the columns `is unknown` and
                `unfamiliarity`. Defaults to False.

        Returns:
            One row for each input, in order.
        """
        from kerastl.recipe.prediction_frame import prediction_frame

        split = self.as_split(inputs, pixel_range)
        found = self.predict(split, batch_size=batch_size, allow_unknown=allow_unknown)
        return prediction_frame(split, found)

    def choose_unknown_threshold(
        self, known: Any = None, *, others: Any = None, false_alarms: float = 0.05
    ) -> float:
        """Choose again from which score on an input belongs to no class.

        `fit` chooses the threshold on the validation split, for 5 % false alarms. Few-shot
        classification without a validation split and a recipe that was adapted have none.

        Args:
            known: Held-out examples of the known classes, with or without labels, in any form that
                `predict` takes. Defaults to None: those of the last choice.
            others: Examples that belong to no class, likewise. The threshold is then raised
                where that saves more known examples than it loses others. Defaults to None:
                those of the last choice, if any.
            false_alarms: Share of inputs of a known class that may be called unknown, above 0 and
                below 1. Defaults to 0.05.

        Returns:
            The threshold; infinity if there are too few known examples for the rate.

        Raises:
            ValueError: If an input cannot be read, or the rate is out of range.
            RuntimeError: If the recipe is not fitted.

        Example:

        ```python
        recipe.choose_unknown_threshold(false_alarms=0.01)
        recipe.predict("cat.jpg", allow_unknown=True)[0].label  # None
        ```
        """
        self.unknown_rule = chosen_rule(self, known, others, false_alarms)
        return self.unknown_rule.threshold

    @shows_progress
    def to_label(
        self,
        pool: Any,
        count: int = 50,
        *,
        batch_size: int = 32,
        pixel_range: tuple[float, float] | None = None,
        seed: int = 0,
        verbose: Any = "auto",
    ) -> list[LabelSuggestion]:
        """Suggest which unlabelled examples to label next.

        They are uncertain and differ from each other: a k-means of features, weighted by
        uncertainty, divides the `10 * count` examples with the smallest margin between their two
        most probable classes, and the example next to each centre is suggested (Zhdanov 2019). See
        `benchmarks/to_label.py` for the labels that this saves.

        Args:
            pool: Unlabelled inputs, as for `predict`; labels of a split are not read.
            count: How many to suggest, at most. Defaults to 50.
            batch_size: Inputs in a batch. Defaults to 32.
            pixel_range: As for `predict`. Defaults to None.
            seed: Seed of the clusters. Defaults to 0.
            verbose: As for `evaluate`. Defaults to `"auto"`.

        Returns:
            The suggestions, the most uncertain first, with `index`, `name`, `guess`, `probability`
            and `score`.

        Raises:
            ValueError: If the pool is empty, or an input cannot be read.

        Example:

        ```python
        for each in recipe.to_label("new_photos/", 50):
            print(each.name, each.guess)
        ```
        """
        from kerastl.tasks.classification.labelling.suggest import suggest_labels

        split = self.as_split(pool, pixel_range)
        return suggest_labels(self, split, count, batch_size, seed)

    def check(self, data: Dataset) -> None:
        """Refuse data in which a split lacks labels or has fewer than two classes."""
        assert data.validation is not None
        labels = data.validation.labels
        if labels is None:
            raise ValueError(f"Validation examples need labels. Received: {data.validation!r}")
        for split in (data.train, data.validation):
            align_labels(split, split.class_names)
        if len(np.unique(data.train.strata)) < 2:
            raise ValueError(
                "Training data must contain at least two classes. "
                f"Received: {data.train!r} with examples of one class only"
            )
        present = np.unique(labels)
        if len(present) < 2:
            # A model that always answers that class would have an accuracy of 1.
            only = ", ".join(repr(data.class_names[label]) for label in present)
            raise ValueError(
                "The validation split selects the best weights and must contain at least two "
                "classes. Add examples of another class, or pass no validation split: then a "
                "fifth of the training split is held out. "
                f"Received: {len(labels)} validation examples of the class {only or 'none'}"
            )

    def measure(self) -> Measure:
        """Compare artifacts by accuracy and by equal labels."""
        from kerastl.tasks.classification.measure import ClassificationMeasure

        return ClassificationMeasure()

    def import_layers(self) -> None:
        """Import the modules that register the layers of a saved model of this task."""
        import kerastl.tasks.classification.head  # noqa: F401

        super().import_layers()

    def head(self, class_names: Sequence[str]) -> keras.layers.Layer:
        """Make a fresh head: dropout, a dense layer, softmax."""
        from kerastl.tasks.classification.head import ClassificationHead

        return ClassificationHead(len(class_names), dropout=self.dropout, name="head")
