"""Find labels that disagree with a linear probe that was fitted without them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kerastl.seeing.inspecting.labels.out_of_fold import OutOfFold

# Factors that make logits of the scores of least squares; the likeliest for the labels is taken.
_SHARPNESS = np.geomspace(2.0, 40.0, 14)


@dataclass(frozen=True)
class LabelEvidence:
    """What cross-validated probes say about the label of each example.

    Attributes:
        given: Probability of the given class, shape `(examples,)`; NaN if it is not known.
        best: The most probable other class, int, shape `(examples,)`.
        other: Its probability, shape `(examples,)`.
        threshold: Mean probability of each class over the examples with its label, `(classes,)`.
        labels: The given classes, shape `(examples,)`.
    """

    given: np.ndarray
    best: np.ndarray
    other: np.ndarray
    threshold: np.ndarray
    labels: np.ndarray

    @property
    def margin(self) -> np.ndarray:
        """The other class's probability minus the given one's, shape `(examples,)`."""
        return self.other - self.given

    @property
    def probable(self) -> np.ndarray:
        """Which labels are probably wrong, by confident learning; booleans of `(examples,)`.

        Another class is more probable than the given one, and as probable as it usually is for
        examples with its label (Northcutt et al. 2021).
        """
        return (self.margin > 0) & (self.other >= self.threshold[self.best])

    @property
    def score(self) -> np.ndarray:
        """How sure it is that the given class is wrong: its probability taken from 1."""
        return 1.0 - self.given

    def ranked(self) -> np.ndarray:
        """Return the positions of examples with a more probable other class, the surest first.

        The order is by the probability of the given class (self-confidence, Northcutt et al.
        2021). The order by the margin finds fewer planted errors (docs/label-errors.md).
        """
        candidates = np.flatnonzero(self.margin > 0)
        return candidates[np.argsort(self.given[candidates], kind="stable")]


def class_evidence(
    features: np.ndarray, labels: np.ndarray, classes: int, groups: np.ndarray, seed: int
) -> LabelEvidence:
    """Cross-validate a linear probe, and compare its probabilities with the labels.

    Args:
        features: float32 of shape `(examples, features)`, centred.
        labels: Integers of shape `(examples,)`.
        classes: Number of classes.
        groups: Group of each example; equal examples are held out together.
        seed: Seed of the folds.

    Returns:
        The evidence.

    Raises:
        ValueError: If no class has two examples.
    """
    count = len(labels)
    given = np.full(count, np.nan, "float32")
    other = np.full(count, np.nan, "float32")
    best = labels.copy()
    for rows, shares in class_probabilities(features, labels, classes, groups, seed):
        places = np.arange(len(rows))
        given[rows] = shares[places, labels[rows]]
        shares[places, labels[rows]] = -1.0
        best[rows] = shares.argmax(axis=1)
        other[rows] = shares[places, best[rows]]
    known = np.isfinite(given)
    sums = np.bincount(labels[known], given[known], classes)
    threshold = sums / np.maximum(1, np.bincount(labels[known], minlength=classes))
    return LabelEvidence(given, best, other, threshold, labels)


def class_probabilities(
    features: np.ndarray, labels: np.ndarray, classes: int, groups: np.ndarray, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Predict every example by a linear probe that was fitted without it.

    Args:
        features: As for `class_evidence`.
        labels: As for `class_evidence`.
        classes: As for `class_evidence`.
        groups: As for `class_evidence`.
        seed: As for `class_evidence`.

    Yields:
        Positions of examples, and probabilities of shape `(positions, classes)`.

    Raises:
        ValueError: If no class has two examples.
    """
    from scipy.sparse import csr_matrix

    count = len(labels)
    places = (np.ones(count, "float32"), (np.arange(count), labels))
    targets = csr_matrix(places, shape=(count, classes))

    def losses(scores: np.ndarray, rows: np.ndarray) -> float:
        return min(_log_loss(scores, labels[rows], sharpness) for sharpness in _SHARPNESS[::3])

    fitted = OutOfFold(features, targets, labels, groups, seed, losses)
    sharpness = _sharpness(fitted, labels)
    for rows, scores in fitted.predictions():
        yield rows, _softmax(scores * sharpness)


def _sharpness(fitted: OutOfFold, labels: np.ndarray) -> float:
    rows, scores = next(fitted.predictions())
    losses = [_log_loss(scores, labels[rows], each) for each in _SHARPNESS]
    return float(_SHARPNESS[int(np.argmin(losses))])


def _log_loss(scores: np.ndarray, labels: np.ndarray, sharpness: float) -> float:
    shares = _softmax(scores * sharpness)
    return float(-np.log(np.maximum(shares[np.arange(len(labels)), labels], 1e-12)).mean())


def _softmax(logits: np.ndarray) -> np.ndarray:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
