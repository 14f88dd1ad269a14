import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

from kerastl.training.linear_probe.logme import log_me

pytestmark = pytest.mark.both_backends


def slow_log_me(features, labels):
    """Maximise the density of the targets directly, over a full covariance matrix."""
    count = len(labels)
    found = []
    for own in np.unique(labels):
        target = (labels == own).astype(float)

        def loss(logs, target=target):
            covariance = np.eye(count) / np.exp(logs[1]) + features @ features.T / np.exp(logs[0])
            return -multivariate_normal(np.zeros(count), covariance).logpdf(target)

        best = minimize(loss, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-5})
        found.append(-best.fun / count)
    return np.mean(found)


@pytest.mark.parametrize("width", [4, 60], ids=["fewer features", "more features"])
def test_it_is_the_largest_evidence(width):
    generator = np.random.default_rng(0)
    labels = np.arange(45) % 3
    features = generator.normal(size=(45, width))
    features[:, :3] += 1.5 * np.eye(3)[labels]
    assert log_me(features, labels) == pytest.approx(slow_log_me(features, labels), abs=1e-4)


def test_features_that_tell_classes_apart_have_more_of_it():
    generator = np.random.default_rng(1)
    labels = np.arange(80) % 4
    noise = generator.normal(size=(80, 12))
    clear = noise + 3 * np.pad(np.eye(4), ((0, 0), (0, 8)))[labels]
    assert log_me(clear, labels) > log_me(noise, labels)


def test_a_repeated_feature_is_no_new_information():
    generator = np.random.default_rng(2)
    labels = np.arange(50) % 2
    features = generator.normal(size=(50, 5)) + labels[:, None]
    doubled = np.concatenate([features, features], axis=1)
    assert log_me(doubled, labels) == pytest.approx(log_me(features, labels), abs=1e-6)


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="1 classes"):
        log_me(np.ones((4, 2)), np.zeros(4, int))
    with pytest.raises(ValueError, match="1 values that are not finite"):
        log_me(np.array([[1.0], [np.nan]]), np.array([0, 1]))
