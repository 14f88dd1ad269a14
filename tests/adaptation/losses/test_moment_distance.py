import numpy as np
import pytest

from kerastl.adaptation import DeepCORAL
from kerastl.adaptation.losses.domain_batch import DomainBatch

pytestmark = pytest.mark.both_backends


def distance(method, features, domains):
    none = np.zeros(len(domains), "int32")
    batch = DomainBatch(
        np.asarray(features, "float32"), none, none, np.asarray(domains), 1, np.float32(0)
    )
    return float(method.alignment(batch.features.shape[1], 2, 2).loss(batch)[0])


def over_pairs(kernel, source, target):
    """Return the squared distance of means, over pairs of different examples."""
    within = [
        np.mean([kernel(a, b) for i, a in enumerate(rows) for j, b in enumerate(rows) if i != j])
        for rows in (source, target)
    ]
    return sum(within) - 2 * np.mean([kernel(a, b) for a in source for b in target])


@pytest.mark.parametrize(("strength", "mean_strength"), [(1, 0), (0, 1), (2, 0.5)])
def test_it_is_that_of_covariances_and_means(strength, mean_strength):
    drawn = np.random.default_rng(0)
    source, target = drawn.normal(size=(6, 3)), 2 * drawn.normal(size=(4, 3)) + 1
    means = over_pairs(np.dot, source, target)
    covariances = over_pairs(
        lambda a, b: np.dot(a, b) ** 2, source - source.mean(axis=0), target - target.mean(axis=0)
    )
    found = distance(
        DeepCORAL(strength, mean_strength),
        np.concatenate([source, target]),
        np.repeat([0, 1], [6, 4]),
    )
    expected = strength * covariances / (4 * 3) + mean_strength * means / 3
    assert found == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("method", "expected"),
    [(DeepCORAL(1, 0), (1 + 16 - 2 * 4) / 4), (DeepCORAL(0, 1), 0 + 45 - 2 * 7)],
)
def test_two_numbers_of_each_domain_by_hand(method, expected):
    assert distance(method, [[0], [2], [5], [9]], [0, 0, 1, 1]) == pytest.approx(expected)


def test_small_batches_of_one_distribution_have_no_distance():
    # The measured covariances of such batches have a distance of 3.6.
    drawn, domains = np.random.default_rng(0), np.repeat([0, 1], 8)
    found = [distance(DeepCORAL(), drawn.normal(size=(16, 50)), domains) for _ in range(40)]
    assert abs(np.mean(found)) < 0.5
    shifted = [
        distance(DeepCORAL(), drawn.normal(size=(16, 50)) + domains[:, None], domains)
        for _ in range(40)
    ]
    assert np.mean(shifted) == pytest.approx(1, abs=0.5)
