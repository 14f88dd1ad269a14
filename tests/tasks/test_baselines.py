"""The baseline of a criterion is the metric of a model that answers the same for every example."""

import numpy as np
import pytest

from kerastl.tasks.classification.criterion import ClassificationCriterion
from kerastl.tasks.multi_label.criterion import MultiLabelCriterion
from kerastl.tasks.object_detection.criterion import DetectionCriterion
from kerastl.tasks.regression.criterion import RegressionCriterion
from kerastl.tasks.token_classification.criterion import TokenClassificationCriterion

CLASSES = np.array([0, 1, 1, 2])
LABELS = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0], [0, 0, 0]])
NUMBERS = np.array([[1.0], [2.0], [6.0]])


@pytest.mark.parametrize(
    ("criterion", "targets", "answer", "expected"),
    [
        (ClassificationCriterion(), CLASSES, np.array([0.25, 0.5, 0.25]), 0.5),
        # Of the labels that some example has: 2 of 4 and 1 of 4.
        (MultiLabelCriterion(), LABELS, LABELS.mean(axis=0), 0.375),
        (RegressionCriterion([3.0], [2.0]), NUMBERS, NUMBERS.mean(axis=0), 0.0),
    ],
)
def test_it_is_the_metric_of_a_constant_answer(criterion, targets, answer, expected):
    outputs = np.tile(answer, (len(targets), 1))
    assert criterion.baseline(targets) == pytest.approx(expected)
    metric = criterion.metrics(outputs, targets)[criterion.validation_metric]
    assert metric == pytest.approx(expected)


def test_two_standard_errors_of_r2_are_rarely_exceeded_by_chance():
    generator = np.random.default_rng(0)
    unrelated = generator.normal(size=(2_000, 2, 90))
    squared = [np.corrcoef(pair)[0, 1] ** 2 for pair in unrelated]
    bound = 2 * RegressionCriterion([0.0], [1.0]).baseline_error(0.0, 90)
    assert 0.03 < np.mean(np.array(squared) > bound) < 0.07


@pytest.mark.parametrize("criterion", [TokenClassificationCriterion, DetectionCriterion])
def test_a_head_on_tokens_or_anchors_has_no_linear_probe(criterion):
    assert not criterion.has_linear_probe
