import doctest
import sys

import numpy as np
import pytest

from kerastl.adaptation.importance.kliep import _mixture, kliep


def normal(seed, examples, shift=0.0, width=2):
    features = np.random.default_rng(seed).normal(size=(examples, width))
    features[:, 0] += shift
    return features


def test_weights_follow_the_ratio_of_two_normal_densities():
    source, target = normal(0, 400, width=1), normal(1, 400, shift=1.0, width=1)
    weights = kliep(source, target)
    assert np.corrcoef(weights, np.exp(source[:, 0] - 0.5))[0, 1] > 0.9
    assert np.average(source[:, 0], weights=weights) == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize("shift", [0.0, 1.0, 1e4])
def test_weights_have_mean_1_and_none_is_negative(shift):
    weights = kliep(normal(0, 50), normal(1, 20, shift))
    assert weights.shape == (50,)
    assert weights.mean() == pytest.approx(1.0)
    assert weights.min() >= 0.0


def test_without_a_shift_weights_are_about_1():
    weights = kliep(normal(0, 400), normal(1, 400))
    assert weights.std() < 0.35


def test_a_centre_does_not_judge_the_width():
    # Narrow kernels would win by the centres' likeness to themselves, and weigh a few examples.
    weights = kliep(normal(0, 150, width=20), normal(1, 150, width=20))
    assert weights.std() < 0.5


def test_scale_does_not_matter():
    source, target = normal(0, 60), normal(1, 60, shift=1.0)
    np.testing.assert_allclose(kliep(100 * source, 100 * target), kliep(source, target), rtol=1e-3)


def test_examples_that_are_all_equal_have_weight_1():
    np.testing.assert_allclose(kliep(np.ones((6, 2)), np.ones((5, 2))), 1.0)


def test_proportions_are_the_most_likely_ones():
    kernels = np.random.default_rng(0).gamma(1.0, size=(200, 6))
    found = _mixture(kernels)
    assert found.sum() == pytest.approx(1.0)
    likelihood = np.log(kernels @ found).mean()
    for other in np.random.default_rng(1).dirichlet(np.full(6, 0.5), size=500):
        assert np.log(kernels @ other).mean() <= likelihood + 1e-3


def test_three_target_examples_are_too_few():
    with pytest.raises(ValueError, match=r"Received: target_features of shape \(3, 2\)$"):
        kliep(normal(0, 50), normal(1, 3))


def test_the_example_in_the_docstring_runs():
    done = doctest.testmod(sys.modules[kliep.__module__])
    assert (done.failed, done.attempted > 0) == (0, True)
