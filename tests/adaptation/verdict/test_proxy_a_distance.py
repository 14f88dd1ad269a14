import doctest
import sys

import numpy as np
import pytest

from kerastl.adaptation.verdict.proxy_a_distance import proxy_a_distance


def normal(seed, shape, shift=0.0):
    features = np.random.default_rng(seed).normal(size=shape)
    features[:, 0] += shift
    return features


@pytest.mark.parametrize("width", [2, 200])
def test_one_domain_is_near_0_and_domains_apart_are_at_2(width):
    source = normal(0, (200, width))
    same = [proxy_a_distance(source, normal(seed, (200, width)), seed) for seed in range(1, 5)]
    assert min(same) >= 0.0
    assert np.mean(same) < 0.2
    assert proxy_a_distance(source, normal(1, (200, width), shift=50.0)) == 2.0


def test_a_target_that_is_the_source_is_at_0():
    source = normal(0, (100, 5))
    assert proxy_a_distance(source, source) == 0.0
    assert proxy_a_distance(np.ones((50, 2)), np.ones((60, 2))) == 0.0


def test_it_is_that_of_the_best_linear_classifier():
    # Normal densities a distance of 2 apart: the error is Phi(-1) = 0.1587.
    source, target = normal(0, (1500, 3)), normal(1, (1500, 3), shift=2.0)
    assert proxy_a_distance(source, target) == pytest.approx(2 * (1 - 2 * 0.1587), abs=0.12)


def test_a_larger_domain_counts_no_more():
    source, target = normal(0, (600, 3)), normal(1, (60, 3), shift=2.0)
    assert proxy_a_distance(source, target) == pytest.approx(1.365, abs=0.25)


def test_it_grows_with_the_shift_and_is_symmetric():
    source = normal(0, (200, 4))
    apart = [normal(1, (200, 4), shift=shift) for shift in (0.5, 1.5, 4.0)]
    distances = [proxy_a_distance(source, target) for target in apart]
    assert distances == sorted(distances)
    assert proxy_a_distance(apart[1], source) == pytest.approx(distances[1], abs=0.1)


def test_so_many_examples_are_taken(monkeypatch):
    module = sys.modules[proxy_a_distance.__module__]
    taken = []

    def log_odds(source, target, seed):
        taken.append((len(source), len(target)))
        return -np.ones(len(source)), np.ones(len(target))

    monkeypatch.setattr(module, "held_out_log_odds", log_odds)
    assert proxy_a_distance(normal(0, (50, 2)), normal(1, (10, 2)), max_examples=20) == 2.0
    assert taken == [(20, 10)]


def test_a_sample_of_one_is_refused():
    with pytest.raises(ValueError, match=r"Received: max_examples=1$"):
        proxy_a_distance(normal(0, (5, 2)), normal(1, (5, 2)), max_examples=1)


def test_the_example_in_the_docstring_runs():
    done = doctest.testmod(sys.modules[proxy_a_distance.__module__])
    assert (done.failed, done.attempted > 0) == (0, True)
