import numpy as np
import pytest

from kerastl.tasks.regression.conformal import conformal_half_widths


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.9])
def test_new_residuals_are_inside_as_often_as_stated(coverage):
    generator = np.random.default_rng(0)
    inside = []
    for _ in range(2000):
        residuals = generator.standard_t(2, (40, 1))
        width = conformal_half_widths(residuals[:39], coverage)
        inside.append(np.abs(residuals[39, 0]) <= width[0])
    # Exactly ceil(40 * coverage) / 40 in theory; the spread of 2,000 draws is 1 point.
    assert np.mean(inside) == pytest.approx(coverage, abs=0.03)


def test_each_target_has_a_width_of_its_own():
    residuals = np.arange(1.0, 20)[:, None] * [1, -100]
    assert conformal_half_widths(residuals, 0.9).tolist() == [18, 1800]


def test_too_few_examples_say_nothing():
    assert conformal_half_widths(np.ones((8, 1)), 0.9).tolist() == [np.inf]
    assert conformal_half_widths(np.ones((9, 1)), 0.9).tolist() == [1]
