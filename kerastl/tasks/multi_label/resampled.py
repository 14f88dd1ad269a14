"""Bootstrap samples of the metrics of a multi-label classifier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kerastl.tasks.evaluating.intervals import harmonic_means, resampled_sums, weights_of_samples
from kerastl.tasks.multi_label.results import LabelResults

_RESAMPLES = 200


@dataclass(frozen=True)
class ResampledLabels:
    """Counts of labels and average precision in bootstrap samples of the examples.

    Attributes:
        right: Right labels of each sample, shape `(samples, labels)`.
        given: Predicted labels.
        true: True labels.
        average_precision: Average precision, NaN where no example has the label; of fewer samples.
    """

    right: np.ndarray
    given: np.ndarray
    true: np.ndarray
    average_precision: np.ndarray

    @classmethod
    def of(cls, results: LabelResults) -> ResampledLabels:
        """Draw the samples."""
        from scipy.sparse import csr_array

        columns = np.concatenate([results.has & results.given, results.given, results.has], axis=1)
        sums = resampled_sums(csr_array(columns.astype("float64")))
        right, given, true = np.split(sums, 3, axis=1)
        return cls(right, given, true, _average_precision(results))

    @property
    def f1(self) -> np.ndarray:
        """F1 of each label, NaN where no example has it."""
        return harmonic_means(self.right, self.given, self.true)


def _average_precision(results: LabelResults) -> np.ndarray:
    order = np.argsort(-results.probabilities, axis=0, kind="stable")
    blocks = []
    for weights in weights_of_samples(len(results), _RESAMPLES):
        found = np.empty((len(weights), results.has.shape[1]))
        for label in range(found.shape[1]):
            drawn = weights[:, order[:, label]]
            hits = drawn * results.has[order[:, label], label]
            precision = hits.cumsum(axis=1) / np.maximum(drawn.cumsum(axis=1), 1)
            true = hits.sum(axis=1)
            found[:, label] = np.where(
                true > 0, (hits * precision).sum(axis=1) / np.maximum(true, 1), np.nan
            )
        blocks.append(found)
    return np.concatenate(blocks)
