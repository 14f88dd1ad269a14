import numpy as np
import pytest

from kerastl.training.selection.soup import greedy_soup


def candidates(*values):
    return [[np.array([value], "float32"), np.array([7], "int32")] for value in values]


def distance(target, asked=None):
    def measure(weights):
        if asked is not None:
            asked.append(float(weights[0][0]))
        return abs(float(weights[0][0]) - target), weights

    return measure


def soup(target, *values):
    losses = [abs(value - target) for value in values]
    return greedy_soup(candidates(*values), losses, distance(target))


def test_what_lowers_the_loss_is_averaged_in():
    chosen, weights = soup(1.0, 9.0, 2.5, 0.0)
    # 0 is nearest, with 2.5 the mean is 1.25, with 9 it would be 3.8.
    assert chosen == [2, 1]
    assert weights[0] == pytest.approx(1.25)
    assert weights[0].dtype == np.float32


def test_three_have_equal_shares():
    chosen, weights = soup(2.0, 0.4, 3.5, 1.4)
    assert chosen == [2, 1, 0]
    assert weights[0] == pytest.approx((0.4 + 3.5 + 1.4) / 3)


def test_the_best_alone_where_nothing_helps():
    assert soup(0.0, 3.0, 0.0, 4.0) == ([1], None)


def test_a_loss_that_is_not_finite_is_never_in():
    chosen, _ = greedy_soup(candidates(0.0, 1.0), [1.0, float("nan")], lambda w: (float("nan"), w))
    assert chosen == [0]


def test_each_average_is_measured_once():
    asked = []
    greedy_soup(candidates(0.0, 2.0, 4.0), [1.0, 2.0, 3.0], distance(0.0, asked))
    assert asked == [1.0, 2.0]


def test_counters_are_not_averaged():
    weights = soup(1.0, 0.0, 2.0)[1]
    assert weights[1].dtype == np.int32
    assert weights[1] == 7
