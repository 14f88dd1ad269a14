import json

import numpy as np
import pytest

from kerastl.tasks.regression.measure import RegressionMeasure

MEASURE = RegressionMeasure([10.0, 1.0], [4.0, np.inf], 0.9)
TRUE = np.array([[0.0, 1.0], [10.0, 2.0], [20.0, 3.0]])


def test_the_figure_is_the_mean_r2():
    worse = TRUE + np.array([[5.0, 0], [0, 0], [-5.0, 0]])
    assert MEASURE.metric(TRUE, TRUE) == 1.0
    assert MEASURE.metric(worse, TRUE) == pytest.approx((0.75 + 1) / 2)


def test_agreement_is_in_units_of_the_targets_spread():
    other = TRUE + np.array([[0.9, 0.2], [1.1, 0.05], [0, 0]])
    assert MEASURE.agreement(TRUE, other) == pytest.approx(4 / 6)


def test_a_receiver_is_told_the_intervals():
    told = json.loads(json.dumps(MEASURE.describe(["a", "b"]), allow_nan=False))
    assert told["interval"] == {"coverage": 0.9, "half_widths": {"a": 4.0, "b": None}}
    answer = MEASURE.answer(np.float32(TRUE), ["a", "b"])
    assert answer["low"].numpy()[:, 0].tolist() == [-4, 6, 16]
    assert answer["high"].numpy()[:, 0].tolist() == [4, 14, 24]


def test_names_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="Received: 1 names"):
        MEASURE.check((None, 2), ["a"])
