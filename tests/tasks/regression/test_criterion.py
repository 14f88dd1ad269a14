import numpy as np
import pytest

from kerastl.tasks.regression.criterion import RegressionCriterion

NUMBERS = RegressionCriterion([1000.0, 0.0], [500.0, 0.01])
TARGETS = np.array([[500.0, 0.01], [1500.0, -0.01], [1000.0, 0.0]])


def test_each_target_counts_alike():
    off = TARGETS + np.array([[500.0, 0.0], [0.0, 0.01], [0.0, 0.0]])
    np.testing.assert_allclose(NUMBERS.losses(off, TARGETS), [0.5, 0.5, 0])
    assert float(NUMBERS.loss()(TARGETS, off)) == pytest.approx(1 / 3, abs=1e-5)
    assert NUMBERS.metrics(off, TARGETS)["loss"] == pytest.approx(1 / 3)


def test_r2_of_the_mean_is_0():
    mean = np.tile(TARGETS.mean(axis=0), (3, 1))
    assert NUMBERS.metrics(mean, TARGETS)["r2"] == pytest.approx(0, abs=1e-6)


def test_a_solved_head_answers_in_the_targets_units():
    features = np.random.default_rng(0).normal(size=(60, 4)).astype("float32")
    targets = 1000 + 500 * features[:, :2] * [1, 2e-5] - [0, 1000]
    solved = NUMBERS.fit_probe(features, targets, 2, seed=0)
    found = NUMBERS.activate(features @ solved.kernel + solved.bias)
    assert NUMBERS.metrics(found, targets)["r2"] > 0.999
