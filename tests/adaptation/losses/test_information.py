import numpy as np
import pytest

from kerastl.adaptation import SHOT
from kerastl.adaptation.losses.domain_batch import DomainBatch

pytestmark = pytest.mark.both_backends


def loss(strength, probabilities, domains):
    none = np.zeros(len(domains), "int32")
    batch = DomainBatch(
        none, np.asarray(probabilities, "float32"), none, np.asarray(domains), 1, np.float32(0)
    )
    return float(SHOT(strength=strength).alignment(2, 3, 2).loss(batch)[0])


def test_it_is_the_entropy_of_the_examples_less_that_of_their_mean():
    shares = np.random.default_rng(0).dirichlet(np.ones(3), 6)
    target = shares[2:]
    of_each = -(target * np.log(target)).sum(axis=1).mean()
    of_mean = -(target.mean(axis=0) * np.log(target.mean(axis=0))).sum()
    found = loss(0.5, shares, [0, 0, 1, 1, 1, 1])
    assert found == pytest.approx(0.5 * (of_each - of_mean), rel=1e-4)


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        (np.eye(3), -np.log(3)),
        (np.full((3, 3), 1 / 3), 0.0),
        ([[1, 0, 0]] * 3, 0.0),
        ([[1, 0, 0], [0, 1, 0]], -np.log(2)),
    ],
)
def test_it_is_least_for_predictions_that_are_sure_and_various(probabilities, expected):
    found = loss(1.0, probabilities, np.ones(len(probabilities), "int32"))
    assert found == pytest.approx(expected, abs=1e-5)
