from pathlib import Path

import numpy as np
import pytest

from kerastl.artifacts.comparison import Reference
from kerastl.tasks.classification.measure import ClassificationMeasure

MEASURE = ClassificationMeasure()


def _compare(wrong: int, count: int, max_drop: float | None, min_agreement: float | None = None):
    """Compare scores with so many wrong labels where the model has none."""
    labels = np.arange(count) % 2
    scores = np.eye(2)[labels]
    changed = scores.copy()
    changed[:wrong] = changed[:wrong, ::-1]
    reference = Reference(scores, labels, MEASURE, max_drop, min_agreement)
    return reference.compare("x", Path("x"), 1, changed, 1.0)


@pytest.mark.parametrize(
    ("wrong", "count", "max_drop", "kept"),
    [
        (0, 90, 0.0, True),
        (1, 90, 0.0, False),
        (1, 90, 0.01, True),
        (2, 90, 0.01, False),
        (5, 500, 0.01, True),
        (6, 500, 0.01, False),
        (29, 100, 0.29, True),
        (30, 100, 0.29, False),
        (90, 90, None, True),
    ],
)
def test_accuracy(wrong, count, max_drop, kept):
    assert _compare(wrong, count, max_drop).kept is kept


@pytest.mark.parametrize(("wrong", "kept"), [(10, True), (11, False)])
def test_agreement(wrong, kept):
    row = _compare(wrong, 100, None, 0.9)
    assert row.kept is kept
    assert row.agreement == pytest.approx(1 - wrong / 100)


def test_scores_that_are_not_finite_are_refused_without_any_bound():
    labels = np.array([0, 1])
    reference = Reference(np.eye(2), labels, MEASURE, None)
    row = reference.compare("x", Path("x"), 1, np.full((2, 2), np.nan), 1.0)
    assert row.decision == "refused: some scores are not finite"
    assert row.path is None
