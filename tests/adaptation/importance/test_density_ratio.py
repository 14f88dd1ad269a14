import doctest
import sys

import numpy as np
import pytest

from kerastl.adaptation.importance.density_ratio import density_ratio


def normal(seed, shape, shift=0.0):
    features = np.random.default_rng(seed).normal(size=shape)
    features[:, 0] += shift
    return features


def test_it_is_the_ratio_of_two_normal_densities():
    source, target = normal(0, (600, 3)), normal(1, (500, 3), shift=1.0)
    weights = density_ratio(source, target)
    assert np.corrcoef(np.log(weights), source[:, 0] - 0.5)[0, 1] > 0.95
    assert weights.mean() == pytest.approx(1.0, abs=0.1)
    assert np.average(source[:, 0], weights=weights) == pytest.approx(1.0, abs=0.15)


def test_the_sizes_of_the_domains_do_not_matter():
    source, target = normal(0, (400, 2)), normal(1, (80, 2), shift=0.5)
    assert density_ratio(source, target).mean() == pytest.approx(1.0, abs=0.1)


def test_without_a_shift_weights_are_about_1():
    weights = density_ratio(normal(0, (300, 10)), normal(1, (300, 10)))
    assert 0.5 < weights.min() <= weights.max() < 2.0


@pytest.mark.parametrize("width", [3, 400], ids=["more examples", "more features"])
def test_neither_scale_nor_offset_nor_rotation_matters(width):
    source, target = normal(0, (60, width)), normal(1, (50, width), shift=2.0)
    turn, _ = np.linalg.qr(normal(2, (width, width)))
    plain = density_ratio(source, target)
    moved = density_ratio(100 * source @ turn + 7, 100 * target @ turn + 7)
    np.testing.assert_allclose(moved, plain, rtol=0.02)


def test_domains_apart_leave_no_weight():
    weights = density_ratio(normal(0, (100, 3)), normal(1, (100, 3), shift=30.0))
    assert weights.max() < 0.1


def test_one_example_cannot_be_held_out():
    with pytest.raises(ValueError, match=r"at least 2 .* target_features of shape \(1, 3\)$"):
        density_ratio(np.zeros((5, 3)), np.zeros((1, 3)))


def test_the_example_in_the_docstring_runs():
    done = doctest.testmod(sys.modules[density_ratio.__module__])
    assert (done.failed, done.attempted > 0) == (0, True)
