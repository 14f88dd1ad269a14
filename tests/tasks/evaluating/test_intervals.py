import numpy as np
import pytest

from kerastl.tasks.evaluating.intervals import (
    bootstrap_interval,
    mean_interval,
    resampled_sums,
    share_interval,
    weights_of_samples,
)


def test_wilson_interval_by_its_formula():
    assert share_interval(4, 6) == pytest.approx((0.29999, 0.90323), abs=1e-4)
    assert np.isnan(share_interval(0, 0)).all()


def test_students_interval_of_a_mean():
    # t(0.975, 3) = 3.18245; the standard deviation of 1, 2, 3, 4 is 1.29099.
    assert mean_interval(np.array([1.0, 2, 3, 4])) == pytest.approx((0.44574, 4.55426), abs=1e-4)
    assert np.isnan(mean_interval(np.array([1.0]))).all()


def test_bootstrap_covers_the_spread_of_a_mean():
    values = np.random.default_rng(1).normal(size=400)
    means = resampled_sums(values[:, None])[:, 0] / 400
    low, high = bootstrap_interval(means, values.mean())
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)
    assert low < values.mean() < high


def test_every_sample_has_as_many_examples_and_large_data_gets_fewer_samples():
    blocks = list(weights_of_samples(50))
    assert sum(map(len, blocks)) == 1000
    assert all((block.sum(axis=1) == 50).all() for block in blocks)
    assert sum(map(len, weights_of_samples(200_000))) == 200


def test_an_interval_without_a_known_sample_is_unknown():
    assert np.isnan(bootstrap_interval(np.array([np.nan, np.nan]), 0.5)).all()


def test_samples_that_are_all_too_high_are_moved_down():
    samples = np.random.default_rng(0).normal(1.0, 0.1, 20_000)
    low, high = bootstrap_interval(samples, 0.9)
    assert (low, high) == pytest.approx((0.9 - 0.196, 0.9 + 0.196), abs=0.01)


def test_an_interval_stays_in_the_range_of_the_samples():
    """A share is never above 1."""
    samples = np.array([0.5, 0.7, 0.8, 0.9, 1.0])
    low, high = bootstrap_interval(samples, 0.95)
    assert high == 1.0
    assert low < 0.95
