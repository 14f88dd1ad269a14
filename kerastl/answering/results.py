"""Results of `predict`, from the scores of an exported file."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerastl.basics.suggest import unknown_name
from kerastl.tasks.classification.prediction import Prediction
from kerastl.tasks.multi_label.prediction import MultiLabelPrediction
from kerastl.tasks.object_detection.anchors import Anchors
from kerastl.tasks.object_detection.box_decoding import BoxDecoder
from kerastl.tasks.object_detection.prediction import detections
from kerastl.tasks.regression.prediction import RegressionPrediction
from kerastl.tasks.token_classification.prediction import entities_in

_SMALLEST = 1e-12


class Results(ABC):
    """Turns the scores of one input into the result object of a task.

    Args:
        description: The content of a bundle's `kerastl.json`.
    """

    def __init__(self, description: dict[str, Any]) -> None:
        self.labels = tuple(description["labels"])

    @abstractmethod
    def read(self, scores: list[np.ndarray], context: Any) -> Any:
        """Make the result of one input.

        Args:
            scores: The scores of each of the input's feeds, without the batch axis.
            context: The context of the `Prepared` input.
        """


class ClassResults(Results):
    """One class for each input."""

    def read(self, scores: list[np.ndarray], context: Any) -> Prediction:
        """Make a `Prediction`."""
        return Prediction.from_row(scores[0], self.labels)


class LabelResults(Results):
    """Any number of labels for each input."""

    def __init__(self, description: dict[str, Any]) -> None:
        super().__init__(description)
        self._thresholds = [float(description["thresholds"][name]) for name in self.labels]

    def read(self, scores: list[np.ndarray], context: Any) -> MultiLabelPrediction:
        """Make a `MultiLabelPrediction`."""
        return MultiLabelPrediction.from_row(scores[0], self.labels, self._thresholds)


class NumberResults(Results):
    """One or several numbers for each input."""

    def __init__(self, description: dict[str, Any]) -> None:
        super().__init__(description)
        widths = description["interval"]["half_widths"]
        # JSON has no infinity: null stands for it.
        known = [widths[name] for name in self.labels]
        self._half_widths = [math.inf if width is None else float(width) for width in known]

    def read(self, scores: list[np.ndarray], context: Any) -> RegressionPrediction:
        """Make a `RegressionPrediction`."""
        return RegressionPrediction.from_row(scores[0], self.labels, self._half_widths)


class BoxResults(Results):
    """Objects in an image."""

    def __init__(self, description: dict[str, Any]) -> None:
        super().__init__(description)
        decoding = description["decoding"]
        height, width = map(int, decoding["image_size"])
        self._image_size = height, width
        self._decoder = BoxDecoder(
            Anchors(self._image_size, tuple(map(int, decoding["strides"]))),
            float(decoding["least_score"]),
            float(decoding["overlap"]),
            int(decoding["most_boxes"]),
        )

    def read(self, scores: list[np.ndarray], context: Any) -> list[Any]:
        """Make a list of `Detection`, with boxes in the image's own pixels."""
        (found,) = self._decoder.decode(scores[0][None])
        return detections(found, context, self._image_size, self.labels)


class EntityResults(Results):
    """Named entities in a text."""

    def read(self, scores: list[np.ndarray], context: Any) -> list[Any]:
        """Make a list of `Entity`."""
        text, places, windows = context
        # All tags are equally probable for a word that the model does not see.
        found = np.full((len(places), len(self.labels)), -np.log(len(self.labels)))
        for given, words in zip(scores, windows, strict=True):
            for word, tokens in words:
                found[word] = np.log(np.maximum(given[tokens][0], _SMALLEST))
        return entities_in(text, places, found, self.labels)


class VectorResults(Results):
    """An embedding of each input."""

    def read(self, scores: list[np.ndarray], context: Any) -> np.ndarray:
        """Return the vector, float32 of shape `(width,)`."""
        return scores[0]


_BY_TASK: dict[str, type[Results]] = {
    "image_classification": ClassResults,
    "text_classification": ClassResults,
    "few_shot_text_classification": ClassResults,
    "image_multi_label_classification": LabelResults,
    "text_multi_label_classification": LabelResults,
    "image_regression": NumberResults,
    "text_regression": NumberResults,
    "object_detection": BoxResults,
    "token_classification": EntityResults,
    "embedding": VectorResults,
}
TASKS: Sequence[str] = tuple(_BY_TASK)
"""The tasks whose bundles are answered."""


def results_of(description: dict[str, Any]) -> Results:
    """Return what makes the results of a bundle's task.

    Raises:
        ValueError: If the task is not known.
    """
    task = description["task"]
    if task not in _BY_TASK:
        raise unknown_name("task", task, TASKS)
    return _BY_TASK[task](description)
