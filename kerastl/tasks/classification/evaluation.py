"""Evaluation of a classifier on labelled examples."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from kerastl.basics.printable import printable


@dataclass(frozen=True)
class ClassMetrics:
    """Precision, recall, F1 and number of true examples of one class."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Evaluation:
    """Metrics of a classifier on one labelled split.

    Attributes:
        examples: Number of examples.
        accuracy: Share of examples whose most probable class is the true one.
        accuracy_interval: 95 % Wilson score interval of the accuracy (Wilson 1927).
        macro_f1: Mean of the classes' F1, each class counting the same.
        expected_calibration_error: Mean gap between confidence and accuracy over 15
            equal-width bins of confidence, weighted by examples (Guo et al. 2017).
        loss: Mean cross-entropy in nats.
        per_class: Metrics by class name.
        confusion: Counts, shape `(classes, classes)`: rows true, columns predicted.
        class_names: Names of rows and columns.
        note: A remark on the examples, such as that the model was trained on them. Defaults to
            None.
    """

    examples: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    macro_f1: float
    expected_calibration_error: float
    loss: float
    per_class: dict[str, ClassMetrics]
    confusion: np.ndarray
    class_names: tuple[str, ...]
    note: str | None = None

    @classmethod
    def from_probabilities(
        cls, probabilities: np.ndarray, labels: np.ndarray, class_names: Sequence[str]
    ) -> "Evaluation":
        """Compute all metrics from predicted probabilities and true labels.

        Args:
            probabilities: Float array of shape `(examples, classes)`, rows summing to 1.
            labels: Integer array of shape `(examples,)`, values in `[0, classes)`.
            class_names: One name a class.

        Returns:
            The evaluation.

        Raises:
            ValueError: If there is no example, or shapes disagree.

        Example:

        >>> import numpy as np
        >>> p = np.array([[0.9, 0.1], [0.2, 0.8]])
        >>> Evaluation.from_probabilities(p, np.array([0, 1]), ["cat", "dog"]).accuracy
        1.0
        """
        from scipy.stats import binomtest
        from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

        probabilities = np.asarray(probabilities, "float64")
        labels = np.asarray(labels)
        if len(labels) == 0 or probabilities.shape != (len(labels), len(class_names)):
            raise ValueError(
                "An evaluation needs at least one example, and one probability a class for "
                f"each. Received: probabilities of shape {probabilities.shape}, "
                f"{len(labels)} labels, {len(class_names)} classes"
            )
        predicted = probabilities.argmax(axis=1)
        correct = predicted == labels
        classes = np.arange(len(class_names))
        precision, recall, f1, support = precision_recall_fscore_support(
            labels, predicted, labels=classes, zero_division=0.0
        )
        interval = binomtest(int(correct.sum()), len(labels)).proportion_ci(method="wilson")
        true_probability = probabilities[np.arange(len(labels)), labels]
        return cls(
            examples=len(labels),
            accuracy=float(correct.mean()),
            accuracy_interval=(float(interval.low), float(interval.high)),
            macro_f1=float(f1[support > 0].mean()),
            expected_calibration_error=_calibration_error(probabilities.max(axis=1), correct),
            loss=float(-np.log(np.clip(true_probability, 1e-7, 1.0)).mean()),
            per_class={
                name: ClassMetrics(
                    float(precision[i]), float(recall[i]), float(f1[i]), int(support[i])
                )
                for i, name in enumerate(class_names)
            },
            confusion=confusion_matrix(labels, predicted, labels=classes),
            class_names=tuple(class_names),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics as plain values that JSON can hold."""
        return {
            **asdict(self),
            "accuracy_interval": list(self.accuracy_interval),
            "confusion": self.confusion.tolist(),
            "class_names": list(self.class_names),
        }

    def __str__(self) -> str:
        low, high = self.accuracy_interval
        rows = [(printable(name), each) for name, each in self.per_class.items()]
        width = max([5, *(len(name) for name, _ in rows)])
        lines = [
            f"accuracy {self.accuracy:.3f} (95 % interval {low:.3f} to {high:.3f}), "
            f"macro-F1 {self.macro_f1:.3f}, calibration error "
            f"{self.expected_calibration_error:.3f}, {self.examples} examples",
            f"{'class':<{width}}  precision  recall     f1  examples",
        ]
        lines += [
            f"{name:<{width}}  {c.precision:9.3f}  {c.recall:6.3f}  {c.f1:5.3f}  {c.support:8d}"
            for name, c in rows
        ]
        confusions = self._most_frequent_confusions()
        if confusions:
            lines.append(printable("most frequent confusions: " + "; ".join(confusions)))
        if self.note is not None:
            lines.append(printable(f"note: {self.note}"))
        return "\n".join(lines)

    def _most_frequent_confusions(self, count: int = 3) -> list[str]:
        wrong = self.confusion.copy()
        np.fill_diagonal(wrong, 0)
        order = np.argsort(wrong, axis=None)[::-1][:count]
        pairs = [np.unravel_index(flat, wrong.shape) for flat in order]
        return [
            f"{self.class_names[true]} → {self.class_names[guess]} ({wrong[true, guess]})"
            for true, guess in pairs
            if wrong[true, guess] > 0
        ]


def _calibration_error(confidence: np.ndarray, correct: np.ndarray, bins: int = 15) -> float:
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(correct[bin_of == b].mean() - confidence[bin_of == b].mean()) * (bin_of == b).mean()
        for b in np.unique(bin_of)
    ]
    return float(sum(gaps))
