import json

import numpy as np
import pytest

from kerastl.tasks.classification.evaluation import Evaluation


def one_hot(predicted, classes, confidence=1.0):
    rest = (1 - confidence) / (classes - 1)
    rows = np.full((len(predicted), classes), rest)
    rows[np.arange(len(predicted)), predicted] = confidence
    return rows


def test_metrics_of_a_case_computed_by_hand():
    evaluation = Evaluation.from_probabilities(
        one_hot([0, 0, 1, 1, 2, 0], 3, confidence=0.8), [0, 0, 1, 0, 2, 1], ["a", "b", "c"]
    )
    assert evaluation.accuracy == pytest.approx(4 / 6)
    # Wilson's interval of 4 in 6, by its formula with z = 1.95996.
    assert evaluation.accuracy_interval == pytest.approx((0.29999, 0.90323), abs=1e-4)
    assert evaluation.per_class["a"].f1 == pytest.approx(2 / 3)
    assert evaluation.per_class["b"].f1 == pytest.approx(1 / 2)
    assert evaluation.macro_f1 == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    assert evaluation.expected_calibration_error == pytest.approx(0.8 - 4 / 6)
    assert evaluation.loss == pytest.approx(-(4 * np.log(0.8) + 2 * np.log(0.1)) / 6)
    assert evaluation.confusion.tolist() == [[2, 1, 0], [1, 1, 0], [0, 0, 1]]


def test_a_class_without_examples_does_not_lower_macro_f1():
    evaluation = Evaluation.from_probabilities(one_hot([0, 1], 3), [0, 1], ["a", "b", "c"])
    assert evaluation.macro_f1 == 1.0
    assert evaluation.per_class["c"].support == 0


def test_it_prints_and_goes_through_json():
    evaluation = Evaluation.from_probabilities(one_hot([0, 1, 1], 2), [0, 1, 0], ["no", "yes"])
    assert "no → yes (1)" in str(evaluation)
    assert json.loads(json.dumps(evaluation.to_dict()))["accuracy"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("rows", "labels"),
    [(np.zeros((0, 2)), []), (np.ones((3, 2)), [0, 1]), (np.ones((2, 3)), [0, 1])],
)
def test_shapes_that_disagree_are_refused(rows, labels):
    with pytest.raises(ValueError, match="Received: probabilities of shape"):
        Evaluation.from_probabilities(rows, np.array(labels, int), ["a", "b"])
