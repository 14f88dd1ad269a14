import json

import numpy as np
import pytest

from kerastl.tasks.multi_label.evaluation import MultiLabelEvaluation
from kerastl.tasks.multi_label.prediction import MultiLabelPrediction

TRUTH = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0]])
SCORES = np.array([[0.9, 0.4, 0.1], [0.6, 0.2, 0.2], [0.7, 0.3, 0.6], [0.1, 0.1, 0.3]])


def evaluation():
    names, thresholds = ["cat", "dog", "none of it"], [0.5, 0.25, 0.5]
    return MultiLabelEvaluation.from_probabilities(SCORES, TRUTH, names, thresholds)


def test_metrics_by_hand():
    found = evaluation()
    # Given: cat to 0, 1, 2; dog to 0, 2; the third to 2.
    assert found.micro_precision == pytest.approx(3 / 6)
    assert found.micro_recall == pytest.approx(3 / 4)
    assert found.micro_f1 == pytest.approx(0.6)
    assert found.exact == pytest.approx(1 / 4)
    assert found.per_label["cat"].precision == pytest.approx(2 / 3)
    assert found.per_label["cat"].f1 == pytest.approx(0.8)
    assert found.per_label["cat"].average_precision == pytest.approx((1 + 2 / 3) / 2)
    assert found.per_label["dog"].f1 == pytest.approx(0.5)
    assert found.macro_f1 == pytest.approx((0.8 + 0.5) / 2)


def test_a_label_that_no_example_has_counts_in_no_mean():
    found = evaluation()
    assert np.isnan(found.per_label["none of it"].average_precision)
    areas = [found.per_label[name].average_precision for name in ("cat", "dog")]
    assert found.mean_average_precision == pytest.approx(np.mean(areas))


def test_it_prints_a_line_a_label_and_becomes_json():
    lines = str(evaluation()).splitlines()
    assert len(lines) == 5
    assert lines[2].split()[:2] == ["cat", "0.833"]
    assert json.loads(json.dumps(evaluation().to_dict()))["micro_f1"] == pytest.approx(0.6)


def test_shapes_that_disagree_are_refused():
    with pytest.raises(ValueError, match=r"shape \(4, 3\).*2 names"):
        MultiLabelEvaluation.from_probabilities(SCORES, TRUTH, ["a", "b"], [0.5, 0.5])


def test_a_prediction_names_the_surest_first():
    found = MultiLabelPrediction.from_row(SCORES[1], ["cat", "dog", "bird"], [0.3, 0.25, 0.2])
    assert found.labels == ("cat", "bird")
    assert str(found) == "cat (0.600), bird (0.200)"
    assert str(MultiLabelPrediction.from_row(SCORES[3], ["a", "b", "c"], [0.5] * 3)) == "no label"
