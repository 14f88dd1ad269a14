import keras
import numpy as np
import pytest

from kerastl.adaptation import CDAN
from kerastl.adaptation.losses.domain_batch import DomainBatch

pytestmark = pytest.mark.both_backends

DOMAINS = np.array([0, 0, 1], "int32")
FEATURES = np.array([[1, 2], [-1, 0.5], [0, 3]], "float32")
# Certain of one class, undecided between two, undecided between all three.
PROBABILITIES = np.array([[1, 0, 0], [0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]], "float32")
OUTER = [
    [1, 0, 0, 2, 0, 0],
    [0, -0.5, -0.5, 0, 0.25, 0.25],
    [0, 0, 0, 1, 1, 1],
]


def adversary(width=2, classes=3, **options):
    keras.utils.set_random_seed(0)
    return CDAN(hidden=4, **options).alignment(width, classes, 2)


def batch(features=FEATURES, probabilities=PROBABILITIES):
    none = np.zeros(len(features), "int32")
    return DomainBatch(features, probabilities, none, DOMAINS, 1, np.float32(0.3))


def log_losses(adversary, seen):
    """Return the discriminator's log-loss of each example."""
    hidden, hidden_bias, kernel, bias = map(np.asarray, adversary.discriminator.get_weights())
    logits = np.maximum(np.asarray(seen) @ hidden + hidden_bias, 0) @ kernel + bias
    return np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(logits)), DOMAINS]


def test_the_discriminator_sees_the_outer_product_of_features_and_predictions():
    made = adversary()
    seen, confidence = made.seen(batch())
    np.testing.assert_allclose(seen, OUTER, rtol=1e-6)
    np.testing.assert_array_equal(confidence, np.ones(3))
    losses = log_losses(made, OUTER)
    loss, _ = made.loss(batch())
    assert float(loss) == pytest.approx((losses[:2].mean() + losses[2]) / 2, rel=1e-5)


def test_with_entropy_sure_examples_count_more():
    made = adversary(entropy=True)
    # 1 + exp(-H), where H is the logarithm of how many classes an example lies between.
    weights = np.array([2, 3 / 2, 4 / 3])
    np.testing.assert_allclose(made.seen(batch())[1], weights, rtol=1e-5)
    shares = weights * [1 / 2, 1 / 2, 1]
    losses = log_losses(made, OUTER)
    loss, _ = made.loss(batch())
    assert float(loss) == pytest.approx((losses * shares).sum() / shares.sum(), rel=1e-5)
    assert abs(float(loss) - (losses[:2].mean() + losses[2]) / 2) > 1e-3


@pytest.mark.parametrize(
    ("width", "classes", "seen"), [(1365, 3, 4095), (1024, 4, 4096), (1366, 3, 1024)]
)
def test_an_outer_product_wider_than_4096_is_projected(width, classes, seen):
    made = adversary(width, classes)
    assert made.discriminator.get_weights()[0].shape == (seen, 4)
    drawn = np.random.default_rng(0)
    given = batch(
        drawn.normal(size=(3, width)).astype("float32"),
        drawn.dirichlet(np.ones(classes), 3).astype("float32"),
    )
    assert made.seen(given)[0].shape == (3, seen)


def test_projections_are_multiplied_as_in_the_paper():
    made = adversary(1366, 3)
    of_features, of_classes = (np.asarray(each) for each in made.non_trainable_variables)
    drawn = np.random.default_rng(0)
    features = drawn.normal(size=(3, 1366)).astype("float32")
    probabilities = drawn.dirichlet(np.ones(3), 3).astype("float32")
    expected = (features @ of_features) * (probabilities @ of_classes) / np.sqrt(1024)
    given = batch(features, probabilities)
    np.testing.assert_allclose(made.seen(given)[0], expected, rtol=1e-3, atol=1e-4)
    losses = log_losses(made, expected)
    assert float(made.loss(given)[0]) == pytest.approx(
        (losses[:2].mean() + losses[2]) / 2, rel=1e-4
    )


def test_features_and_as_many_classes_are_projected_in_ways_of_their_own():
    of_features, of_classes = (
        np.asarray(each) for each in adversary(65, 65).non_trainable_variables
    )
    assert np.abs(np.corrcoef(of_features.ravel(), of_classes.ravel())[0, 1]) < 0.05


def test_projections_keep_products_of_examples():
    made = adversary(1366, 3)
    features = np.random.default_rng(0).normal(size=(3, 1366)).astype("float32")
    features[1] += features[0]
    probabilities = np.array([[0.7, 0.2, 0.1], [0.6, 0.2, 0.2], [0.1, 0.8, 0.1]], "float32")
    seen = np.asarray(made.seen(batch(features, probabilities))[0])
    wanted = (features @ features.T) * (probabilities @ probabilities.T)
    # A standard error of 1 / sqrt(1024) for each of several products of normal variables.
    np.testing.assert_allclose(seen @ seen.T, wanted, atol=0.2 * np.diag(wanted).max())
