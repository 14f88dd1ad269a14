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


@pytest.mark.parametrize(("strength", "mean_strength"), [(1, 0), (0, 1), (2, 0.5)])
def test_it_is_that_of_covariances_and_means(strength, mean_strength):
    drawn = np.random.default_rng(0)
    source, target = drawn.normal(size=(6, 3)), 2 * drawn.normal(size=(4, 3)) + 1
    covariances = np.square(np.cov(source.T) - np.cov(target.T)).sum()
    means = np.square(source.mean(axis=0) - target.mean(axis=0)).sum()
    found = distance(
        DeepCORAL(strength, mean_strength),
        np.concatenate([source, target]),
        np.repeat([0, 1], [6, 4]),
    )
    expected = strength * covariances / (4 * 3) + mean_strength * means / 3
    assert found == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("method", "expected"), [(DeepCORAL(1, 0), (2 - 8) ** 2 / 4), (DeepCORAL(0, 1), (1 - 7) ** 2)]
)
def test_two_numbers_of_each_domain_by_hand(method, expected):
    assert distance(method, [[0], [2], [5], [9]], [0, 0, 1, 1]) == pytest.approx(expected)
