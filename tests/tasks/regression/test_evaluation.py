import json

import numpy as np
import pytest

from kerastl.tasks.regression.evaluation import RegressionEvaluation
from kerastl.tasks.regression.prediction import RegressionPrediction

TRUE = np.array([[1.0, 100], [2.0, 300], [3.0, 200], [6.0, 400]])
ERRORS = np.array([[1.0, 0], [-1.0, 20], [0.0, 0], [2.0, 0]])


def evaluation():
    return RegressionEvaluation.from_numbers(
        TRUE + ERRORS, TRUE, ["stars", "votes"], [1.0, 10.0], stated_coverage=0.9
    )


def test_metrics_by_hand():
    stars = evaluation().per_target["stars"]
    assert stars.mae == pytest.approx(1.0)
    assert stars.rmse == pytest.approx(np.sqrt(1.5))
    assert stars.r2 == pytest.approx(1 - 6 / 14)
    assert stars.coverage == 0.75
    assert stars.width == 2.0
    votes = evaluation().per_target["votes"]
    assert evaluation().r2 == pytest.approx((stars.r2 + votes.r2) / 2)


def test_it_prints_a_line_a_target_and_becomes_json():
    lines = str(evaluation()).splitlines()
    assert "intervals made for 90%" in lines[0]
    assert lines[2].split() == ["stars", "1", "1.225", "0.571", "0.750", "2"]
    assert json.loads(json.dumps(evaluation().to_dict()))["examples"] == 4


def test_shapes_that_disagree_are_refused():
    with pytest.raises(ValueError, match="1 names"):
        RegressionEvaluation.from_numbers(TRUE, TRUE, ["stars"], [1.0], 0.9)


def test_a_prediction_has_its_interval():
    found = RegressionPrediction.from_row(np.array([4.0, 250.0]), ["stars", "votes"], [0.5, np.inf])
    assert (found.value, found.interval) == (4.0, (3.5, 4.5))
    assert found.intervals["votes"] == (-np.inf, np.inf)
    assert str(found).startswith("stars 4 (3.5 to 4.5), votes 250")
