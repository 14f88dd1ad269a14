"""A classifier on the vectors of a frozen backbone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from kerastl.basics.progress import shows_progress
from kerastl.basics.suggest import unknown_name
from kerastl.data.splits.every_class import check_every_class
from kerastl.tasks.classification.evaluation import Evaluation
from kerastl.tasks.classification.prediction import Prediction
from kerastl.tasks.embedding.measure import unit_length

if TYPE_CHECKING:
    from kerastl.data.splits.split import Modality, Split

Method = Literal["nearest_mean", "knn", "probe"]
Scores = Callable[[np.ndarray], np.ndarray]
Embed = Callable[[Any, int], np.ndarray]

_NEIGHBOURS = 5
# Sentence encoders are trained with similarities times this, as logits of a softmax (Reimers and
# Gurevych 2019, `MultipleNegativesRankingLoss`).
_LOGITS_OF_COSINE = 20.0


class EmbeddingClassifier:
    """Classify by the vectors of a few labelled examples. `Embedding.classifier` makes one.

    `"nearest_mean"` predicts the class whose mean vector is most similar (prototypes: Snell et al.
    2017); `"knn"` lets the 5 nearest examples vote, weighted by distance; `"probe"` is a logistic
    regression whose penalty cross-validation chooses, or 1 if a class has one example.

    Args:
        embed: Called with inputs and a batch size; returns one vector for each input, float32 of
            shape `(inputs, width)`.
        modality: Kind of input, `"image"` or `"text"`.
        class_names: Names of the classes, in the order of probabilities.
        method: `"nearest_mean"`, `"knn"` or `"probe"`.
        scores: Called with vectors; returns probabilities of shape `(inputs, classes)`.

    Attributes:
        modality: Kind of input.
        class_names: Names of the classes, in the order of probabilities.
        method: The method.
    """

    def __init__(
        self,
        embed: Embed,
        modality: Modality,
        class_names: tuple[str, ...],
        method: Method,
        scores: Scores,
    ) -> None:
        self.embed = embed
        self.modality = modality
        self.class_names = class_names
        self.method = method
        self._scores = scores

    @classmethod
    def fit(
        cls,
        embed: Embed,
        train: Split,
        method: Method = "probe",
        *,
        batch_size: int = 32,
        seed: int = 0,
    ) -> EmbeddingClassifier:
        """Embed labelled examples and fit a classifier on the vectors.

        Args:
            embed: As for the class.
            train: Labelled examples, at least one of each class.
            method: `"nearest_mean"`, `"knn"` or `"probe"`.
            batch_size: Inputs in a batch. Defaults to 32.
            seed: Seed of the probe's folds. Defaults to 0.

        Returns:
            The classifier.

        Raises:
            ValueError: If the method is not known, or a class has no example.
        """
        methods = {"nearest_mean": _nearest_mean, "knn": _nearest_neighbours, "probe": _probe}
        assert tuple(methods) == get_args(Method)
        if method not in methods:
            raise unknown_name("method", method, tuple(methods))
        check_every_class(train)
        assert train.labels is not None
        vectors = np.asarray(embed(train, batch_size))
        scores = methods[method](vectors, train.labels, len(train.class_names), seed)
        return cls(embed, train.modality, train.class_names, method, scores)

    @shows_progress
    def evaluate(self, split: Split, *, batch_size: int = 32, verbose: Any = "auto") -> Evaluation:
        """Measure the classifier on labelled examples, matched by class name.

        Args:
            split: Such as `data.test`; or a data set, a pair `(inputs, labels)` or a
                `tf.data.Dataset`, as for `Recipe.evaluate`.
            batch_size: Inputs in a batch. Defaults to 32.
            verbose: 0 shows no progress. Defaults to `"auto"`.

        Returns:
            Accuracy with its interval, macro-F1, metrics per class, confusion, calibration.

        Raises:
            ValueError: If the split is missing, has no labels or has an unknown class.
        """
        from kerastl.data.assembly.label_alignment import align_labels
        from kerastl.data.sources.labelled import as_dataset, held_out_split, read_classes
        from kerastl.data.splits.expected_split import check_modality
        from kerastl.data.splits.split import Split

        if split is not None and not isinstance(split, Split):
            split = held_out_split(as_dataset(split, read_classes, self.class_names))
        check_modality(split, self.modality, type(self).__name__)
        labels = align_labels(split, self.class_names)
        probabilities = self._scores(np.asarray(self.embed(split, batch_size)))
        return Evaluation.from_probabilities(probabilities, labels, self.class_names, split)

    @shows_progress
    def predict(
        self,
        inputs: Any,
        *,
        batch_size: int = 32,
        pixel_range: tuple[float, float] | None = None,
        verbose: Any = "auto",
    ) -> list[Prediction]:
        """Classify raw inputs, or a split.

        Args:
            inputs: As for `Embedding.embed`.
            batch_size: Inputs in a batch. Defaults to 32.
            pixel_range: Values of black and white in raw images. Defaults to those that the
                labelled examples were declared with.
            verbose: As for `evaluate`. Defaults to `"auto"`.

        Returns:
            One prediction for each input, in order.
        """
        if pixel_range is not None:
            from kerastl.data.splits.expected_split import as_split

            inputs = as_split(inputs, self.modality, type(self).__name__, pixel_range)
        vectors = np.asarray(self.embed(inputs, batch_size))
        if not len(vectors):
            return []
        return [Prediction.from_row(row, self.class_names) for row in self._scores(vectors)]

    def __repr__(self) -> str:
        return f"EmbeddingClassifier({self.method!r}, {len(self.class_names)} classes)"


def _nearest_mean(vectors: np.ndarray, labels: np.ndarray, classes: int, seed: int) -> Scores:
    from kerastl.tasks.classification.criterion import ClassificationCriterion

    unit = unit_length(vectors)
    means = unit_length(np.stack([unit[labels == each].mean(axis=0) for each in range(classes)]))
    return lambda given: ClassificationCriterion().activate(
        _LOGITS_OF_COSINE * (unit_length(given) @ means.T)
    )


def _nearest_neighbours(vectors: np.ndarray, labels: np.ndarray, classes: int, seed: int) -> Scores:
    from sklearn.neighbors import KNeighborsClassifier

    count = min(_NEIGHBOURS, len(labels))
    voting = KNeighborsClassifier(count, weights="distance", metric="cosine", algorithm="brute")
    voting.fit(vectors, labels)
    return lambda given: np.asarray(voting.predict_proba(given))


def _probe(vectors: np.ndarray, labels: np.ndarray, classes: int, seed: int) -> Scores:
    from kerastl.tasks.classification.criterion import ClassificationCriterion

    criterion = ClassificationCriterion()
    probe = criterion.fit_probe(vectors, labels, classes, seed)
    return lambda given: criterion.activate(given @ probe.kernel + probe.bias)
