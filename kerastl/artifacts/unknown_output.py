"""The output of a classifier's files that tells unknown inputs, and its threshold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from kerastl.heads.unfamiliarity import UNFAMILIARITY, Unfamiliarity

MEANS = (
    "How unlike the training examples the input is: above the threshold in kerastl.json it belongs "
    "to no class."
)
"""What the output means, for the metadata of a file."""


@dataclass(frozen=True)
class UnknownOutput:
    """A score of unknown inputs that files compute, and the threshold of a file.

    Attributes:
        unfamiliarity: The score.
        threshold: The score above which an input belongs to no class, a finite number.
        false_alarms: The stated share of inputs of a known class above it.
    """

    unfamiliarity: Unfamiliarity
    threshold: float
    false_alarms: float

    def describe(self) -> dict[str, Any]:
        """Return what a program needs to answer "none of these", as JSON values."""
        return {
            "output": UNFAMILIARITY,
            "threshold": self.threshold,
            "false_alarms": self.false_alarms,
        }

    def for_file(self, before: np.ndarray, after: np.ndarray) -> Self:
        """Return the same with the threshold of a file whose scores differ from the model's.

        Args:
            before: The model's scores of held-out examples, shape `(examples,)`.
            after: The file's scores of the same examples.
        """
        return replace(self, threshold=moved_threshold(self.threshold, before, after))


def moved_threshold(threshold: float, before: np.ndarray, after: np.ndarray) -> float:
    """Return the threshold for a file whose scores differ from those of its model.

    The file's threshold has the place among the file's scores that the model's has among its own
    (quantile mapping). So the share of false alarms stays, and it does not matter whether the model
    was trained on the examples.

    Args:
        threshold: The model's threshold.
        before: The model's scores of some examples, shape `(examples,)`.
        after: The file's scores of the same examples.

    Example:

    >>> moved_threshold(2.5, np.arange(4.0), np.arange(4.0) + 1)
    3.5
    """
    ordered, moved = np.sort(before), np.sort(after)
    if threshold <= ordered[0] or threshold >= ordered[-1]:
        end = 0 if threshold <= ordered[0] else -1
        return float(threshold + moved[end] - ordered[end])
    return float(np.interp(threshold, ordered, moved))
