import numpy as np
import pytest

from kerastl.tasks.classification.measure import ClassificationMeasure


def test_reliability_tells_how_often_the_sure_are_right():
    scores = np.array([[0.95, 0.05], [0.93, 0.07], [0.55, 0.45], [0.0, 1.0]])
    low, high = ClassificationMeasure().reliability(scores, np.array([0, 1, 0, 1]))
    assert low == (pytest.approx(0.55), 1.0, 1)
    assert high == (pytest.approx(0.96), pytest.approx(2 / 3), 3)
