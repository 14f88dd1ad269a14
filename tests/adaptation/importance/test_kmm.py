import doctest
import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize

from kerastl.adaptation.importance import kmm
from kerastl.adaptation.importance.gaussian_kernel import (
    gaussian,
    median_distance,
    squared_distances,
)
from kerastl.adaptation.importance.kmm import _projected, kernel_mean_matching


def normal(seed, examples, shift=0.0, width=2):
    features = np.random.default_rng(seed).normal(size=(examples, width))
    features[:, 0] += shift
    return features


def test_the_weighted_mean_of_source_is_that_of_the_target():
    source, target = normal(0, 400), normal(1, 300, shift=1.0)
    weights = kernel_mean_matching(source, target)
    assert np.average(source[:, 0], weights=weights) == pytest.approx(1.0, abs=0.15)
    assert np.corrcoef(weights, np.exp(source[:, 0] - 0.5))[0, 1] > 0.6


@pytest.mark.parametrize("largest", [1.0, 3.0, 1000.0])
@pytest.mark.parametrize("shift", [0.0, 1.0, 1e4])
def test_weights_keep_to_their_bounds_and_mean(shift, largest):
    weights = kernel_mean_matching(normal(0, 50), normal(1, 20, shift), largest)
    assert weights.shape == (50,)
    assert weights.mean() == pytest.approx(1.0)
    assert weights.min() >= 0.0
    assert weights.max() <= largest


def test_it_solves_the_quadratic_programme():
    source, target = normal(0, 25), normal(1, 20, shift=1.0)
    among, across = squared_distances(source, source), squared_distances(source, target)
    width = median_distance(np.concatenate([among, across], axis=1))
    kernel, pull = gaussian(among, width), 25 * gaussian(across, width).mean(axis=1)

    def cost(weights):
        return weights @ kernel @ weights / 2 - pull @ weights

    reference = minimize(
        cost,
        np.ones(25),
        jac=lambda weights: kernel @ weights - pull,
        method="SLSQP",
        bounds=[(0.0, 3.0)] * 25,
        constraints={"type": "eq", "fun": lambda weights: weights.mean() - 1},
        options={"maxiter": 500, "ftol": 1e-12},
    )
    weights = kernel_mean_matching(source, target, largest=3.0)
    assert cost(weights) == pytest.approx(reference.fun, abs=1e-3 * abs(reference.fun))


def test_many_rows_are_matched_in_parts(monkeypatch):
    source, target = normal(0, 300), normal(1, 200, shift=1.0)
    monkeypatch.setattr(kmm, "MAX_ROWS", 110)
    weights = kernel_mean_matching(source, target)
    assert weights.mean() == pytest.approx(1.0)
    assert np.average(source[:, 0], weights=weights) == pytest.approx(1.0, abs=0.2)


@given(arrays("float64", 6, elements=st.floats(-10, 10)), st.floats(1.0, 5.0))
@example(np.full(6, -0.99999), 1.0)
def test_no_feasible_point_is_nearer_than_the_projection(point, largest):
    nearest = _projected(point, largest)
    assert nearest.mean() == pytest.approx(1.0, abs=1e-8)
    assert nearest.min() >= 0
    assert nearest.max() <= largest
    # The obtuse-angle criterion of projections on convex sets, at points of the set.
    for seed in range(10):
        other = np.random.default_rng(seed).dirichlet(np.ones(6)) * 6
        other = 1 + (other - 1) * min(1.0, (largest - 1) / (other.max() - 1))
        assert (point - nearest) @ (other - nearest) <= 1e-6


@pytest.mark.parametrize("largest", [0.5, float("nan")])
def test_bounds_that_allow_no_mean_of_1_are_refused(largest):
    with pytest.raises(ValueError, match=rf"Received: largest={largest}$"):
        kernel_mean_matching(normal(0, 5), normal(1, 5), largest)


def test_the_example_in_the_docstring_runs():
    done = doctest.testmod(sys.modules[kernel_mean_matching.__module__])
    assert (done.failed, done.attempted > 0) == (0, True)
