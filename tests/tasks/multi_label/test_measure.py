import numpy as np
import pytest

from kerastl.tasks.multi_label.measure import MultiLabelMeasure

SCORES = np.array([[0.9, 0.4], [0.6, 0.1], [0.2, 0.2]])
MEASURE = MultiLabelMeasure([0.5, 0.3])


def test_the_figure_is_micro_f1_at_the_thresholds():
    assert MEASURE.metric(SCORES, np.array([[1, 1], [0, 0], [0, 1]])) == pytest.approx(2 / 3)
    assert MEASURE.metric(np.zeros((2, 2)), np.zeros((2, 2))) == 1.0


def test_agreement_counts_labels_that_either_gives():
    assert MEASURE.agreement(SCORES, SCORES + 0.05) == 1.0
    assert MEASURE.agreement(SCORES, np.array([[0.9, 0.2], [0.6, 0.1], [0.2, 0.4]])) == 0.5


def test_a_receiver_is_told_the_thresholds():
    assert MEASURE.describe(["cat", "dog"]) == {"thresholds": {"cat": 0.5, "dog": 0.3}}
    answer = MEASURE.answer(SCORES.astype("float32"), ["cat", "dog"])
    assert answer["given"].numpy().tolist() == [[True, True], [True, False], [False, False]]
    assert answer["labels"].shape == (3, 2)


def test_names_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"3 scores\. Received: 2 labels"):
        MEASURE.check((None, 3), ["cat", "dog"])
