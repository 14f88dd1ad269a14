import keras
import numpy as np
import pytest

from kerastl.adaptation import MDD
from kerastl.adaptation.losses.domain_batch import DomainBatch

pytestmark = pytest.mark.both_backends

FEATURES = np.array([[1, 2], [-1, 0.5], [0, 3], [2, -2], [0.3, 0.1]], "float32")
DOMAINS = np.array([0, 0, 1, 1, 1], "int32")
PROBABILITIES = np.array(
    [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4], [0.5, 0.1, 0.4], [0.2, 0.6, 0.2]],
    "float32",
)
FIRST = [0, 1, 2, 0, 1]


@pytest.fixture
def disparity():
    keras.utils.set_random_seed(0)
    return MDD(margin=4.0, strength=0.2, hidden=6).alignment(2, 3, 2)


def batch(features=FEATURES):
    return DomainBatch(features, PROBABILITIES, DOMAINS, DOMAINS, 1, np.float32(0.1))


def plain_loss(disparity, features):
    """Return the loss of the second classifier, by the paper's formula."""
    hidden, hidden_bias, kernel, bias = disparity.get_weights()
    logits = np.maximum(features @ hidden + hidden_bias, 0) @ kernel + bias
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    second = shares[np.arange(5), FIRST]
    return 4 * -np.log(second[:2]).mean() - np.log(1 - second[2:]).mean()


def gradient(disparity):
    """Return the gradient that reaches the features."""
    if keras.backend.backend() == "jax":
        import jax

        return np.asarray(jax.grad(lambda x: disparity.loss(batch(x))[0])(FEATURES))
    import tensorflow as tf

    features = tf.constant(FEATURES)
    with tf.GradientTape() as tape:
        tape.watch(features)
        loss, _ = disparity.loss(batch(features))
    return tape.gradient(loss, features).numpy()


def test_the_second_classifier_agrees_on_the_source_and_differs_on_the_target(disparity):
    loss, metrics = disparity.loss(batch())
    assert float(loss) == pytest.approx(plain_loss(disparity, FEATURES), rel=1e-4)
    assert float(metrics["strength"]) == pytest.approx(0.2 * 0.4621172, rel=1e-5)


def test_features_learn_against_the_second_classifier(disparity):
    slopes = [
        (plain_loss(disparity, FEATURES + one) - plain_loss(disparity, FEATURES - one)) / 2e-3
        for one in 1e-3 * np.eye(10).reshape(10, 5, 2)
    ]
    expected = -0.2 * 0.4621172 * np.reshape(slopes, (5, 2))
    np.testing.assert_allclose(gradient(disparity), expected, rtol=1e-2, atol=1e-5)
