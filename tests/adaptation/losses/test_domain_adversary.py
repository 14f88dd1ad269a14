import keras
import numpy as np
import pytest

from kerastl.adaptation import DANN
from kerastl.adaptation.losses.domain_batch import DomainBatch

pytestmark = pytest.mark.both_backends

FEATURES = np.array([[1, 2], [-1, 0.5], [0, 3], [2, -2]], "float32")
DOMAINS = np.array([0, 0, 0, 1], "int32")


@pytest.fixture
def adversary():
    """Return the loss of DANN with strength 0.5, as in the paper."""
    keras.utils.set_random_seed(0)
    return DANN(strength=0.5, hidden=3, information=0).alignment(2, 2, 2)


def batch(features=FEATURES, progress=0.1):
    none = np.zeros(4, "int32")
    return DomainBatch(features, none, none, DOMAINS, 1, np.float32(progress))


def plain_loss(adversary, features):
    """Return the mean of each domain's mean log-loss."""
    hidden, hidden_bias, kernel, bias = adversary.get_weights()
    logits = np.maximum(features @ hidden + hidden_bias, 0) @ kernel + bias
    losses = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(4), DOMAINS]
    return (losses[:3].mean() + losses[3]) / 2


def gradient(adversary, progress):
    """Return the gradient that reaches the features."""
    if keras.backend.backend() == "jax":
        import jax

        return np.asarray(jax.grad(lambda x: adversary.loss(batch(x, progress))[0])(FEATURES))
    import tensorflow as tf

    features = tf.constant(FEATURES)
    with tf.GradientTape() as tape:
        tape.watch(features)
        loss, _ = adversary.loss(batch(features, progress))
    return tape.gradient(loss, features).numpy()


def test_a_domain_with_fewer_examples_counts_as_much(adversary):
    loss, metrics = adversary.loss(batch())
    assert float(loss) == pytest.approx(plain_loss(adversary, FEATURES), rel=1e-5)
    assert float(metrics["domain_loss"]) == float(loss)


@pytest.mark.parametrize(
    ("progress", "strength"), [(0.0, 0.0), (0.1, 0.2310586), (0.5, 0.4933071), (1.0, 0.4999546)]
)
def test_features_learn_against_the_discriminator_by_the_schedule(adversary, progress, strength):
    step = 1e-3 * np.eye(8).reshape(8, 4, 2)
    slopes = [
        (plain_loss(adversary, FEATURES + one) - plain_loss(adversary, FEATURES - one)) / 2e-3
        for one in step
    ]
    expected = -strength * np.reshape(slopes, (4, 2))
    np.testing.assert_allclose(gradient(adversary, progress), expected, rtol=1e-2, atol=1e-6)
    _, metrics = adversary.loss(batch(progress=progress))
    assert float(metrics["strength"]) == pytest.approx(strength, abs=1e-6)


def test_information_about_the_target_is_maximized_with_the_strength(adversary):
    probabilities = np.array([[1, 0], [1, 0], [1, 0], [0.9, 0.1]], "float32")
    probabilities = np.concatenate([probabilities, [[0.2, 0.8]]]).astype("float32")
    domains = np.array([0, 0, 0, 1, 1], "int32")
    features = np.concatenate([FEATURES, FEATURES[:1]])
    none = np.zeros(5, "int32")
    half = DomainBatch(features, probabilities, none, domains, 1, np.float32(0.5))
    keras.utils.set_random_seed(0)
    informed = DANN(strength=0.5, hidden=3, information=0.3).alignment(2, 2, 2)
    information = 0.3 * 0.9866143 * _mutual_information(probabilities[3:])
    found = float(informed.loss(half)[0])
    assert found == pytest.approx(float(adversary.loss(half)[0]) - information, rel=1e-5)


def _mutual_information(probabilities):
    def entropy(shares):
        return -(shares * np.log(shares)).sum(axis=-1)

    return entropy(probabilities.mean(axis=0)) - entropy(probabilities).mean()
