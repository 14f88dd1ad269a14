"""The thresholds at which labels are predicted."""

import numpy as np


def best_thresholds(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the threshold of each label that gives the highest F1.

    Each lies halfway between two probabilities that were seen, so that rounding changes no
    answer. Of a label with a handful of examples the threshold is as uncertain as its F1.

    Args:
        probabilities: Shape `(examples, labels)`, of examples that were not trained on.
        labels: 0 and 1, of the same shape.

    Returns:
        Shape `(labels,)`; 0.5 for labels that no example has, or every one.

    Example:

    >>> best_thresholds(np.array([[0.1], [0.3], [0.5]]), np.array([[0], [1], [1]])).round(2)
    array([0.2])
    """
    thresholds = np.full(labels.shape[1], 0.5)
    for label, truth in enumerate(labels.T > 0):
        if truth.any() and not truth.all():
            thresholds[label] = _best_threshold(probabilities[:, label].astype("float64"), truth)
    return thresholds


def _best_threshold(probabilities: np.ndarray, truth: np.ndarray) -> float:
    from sklearn.metrics import precision_recall_curve

    precision, recall, scores = precision_recall_curve(truth, probabilities)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    # Of equally good ones the highest, which gives the fewest labels.
    best = scores[len(scores) - 1 - int(f1[:-1][::-1].argmax())]
    below = probabilities[probabilities < best]
    return float((best + (below.max() if len(below) else 0.0)) / 2)
