import numpy as np
import pytest

from kerastl.adaptation import MMD, JointMMD
from kerastl.adaptation.losses.domain_batch import DomainBatch

pytestmark = pytest.mark.both_backends


def batch(features, probabilities, domains, progress=1.0):
    return DomainBatch(
        np.asarray(features, "float32"),
        np.asarray(probabilities, "float32"),
        np.zeros(len(domains), "int32"),
        np.asarray(domains, "int32"),
        1,
        np.float32(progress),
    )


def mean_kernel(kernel, first, second):
    return np.mean([kernel[i, j] for i in first for j in second])


def squared_distances(points):
    return np.square(points[:, None] - points[None]).sum(axis=-1)


@pytest.mark.parametrize("method", [MMD(strength=0.5), JointMMD(strength=0.5)])
def test_it_is_that_of_pairs_within_and_between_the_domains(method):
    drawn = np.random.default_rng(0)
    features, probabilities = drawn.normal(size=(7, 3)), drawn.dirichlet(np.ones(4), 7)
    domains = [0, 1, 0, 0, 1, 1, 0]
    squares = squared_distances(features)
    mean = squares.sum() / (7 * 6)
    kernel = sum(np.exp(-squares / (mean * width)) for width in (0.25, 0.5, 1, 2, 4))
    if isinstance(method, JointMMD):
        kernel = kernel * np.exp(-squared_distances(probabilities) / 1.68)
    source, target = [0, 2, 3, 6], [1, 4, 5]
    expected = (
        mean_kernel(kernel, source, source)
        + mean_kernel(kernel, target, target)
        - 2 * mean_kernel(kernel, source, target)
    )
    loss, metrics = method.alignment(3, 4, 2).loss(batch(features, probabilities, domains, 0.1))
    assert float(metrics["discrepancy"]) == pytest.approx(expected, rel=1e-4)
    # The strength's schedule has reached 0.4621172 after a tenth of training.
    assert float(loss) == pytest.approx(0.5 * 0.4621172 * expected, rel=1e-4)


@pytest.mark.parametrize(
    ("method", "features", "discrepancy"),
    [
        # Two points, so their distance is the mean distance: 10 - 2 (e^-4 + e^-2 + ... + e^-1/4).
        (MMD(), [[0], [3]], 6.186276),
        (JointMMD(), [[0], [3]], 10 - 2 * 1.906862 * 0.304076),
        # Equal features with different predictions: 10 - 10 exp(-2 / 1.68).
        (MMD(), [[3], [3]], 0.0),
        (JointMMD(), [[3], [3]], 6.959237),
    ],
)
def test_predictions_tell_domains_apart_in_the_joint_one_alone(method, features, discrepancy):
    _, metrics = method.alignment(1, 2, 2).loss(batch(features, np.eye(2), [0, 1]))
    assert float(metrics["discrepancy"]) == pytest.approx(discrepancy, abs=1e-4)
