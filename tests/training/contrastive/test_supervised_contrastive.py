import keras
import numpy as np
import pytest

from kerastl.training.contrastive.supervised_contrastive import SupervisedContrastive

pytestmark = pytest.mark.both_backends


def by_hand(vectors, labels, temperature):
    """Return the loss of each example, pair by pair."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    losses = []
    for i, own in enumerate(labels):
        others = [j for j in range(len(labels)) if j != i]
        total = sum(np.exp(unit[i] @ unit[j] / temperature) for j in others)
        alike = [
            -np.log(np.exp(unit[i] @ unit[j] / temperature) / total)
            for j in others
            if labels[j] == own
        ]
        losses.append(np.mean(alike) if alike else 0.0)
    return losses


@pytest.mark.parametrize("temperature", [0.05, 0.5])
def test_the_loss_is_that_of_all_pairs(temperature):
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(7, 5)).astype("float32")
    labels = np.array([0, 1, 0, 2, 1, 0, 3])
    loss = SupervisedContrastive(temperature)
    found = keras.ops.convert_to_numpy(loss.call(labels, keras.ops.array(vectors)))
    np.testing.assert_allclose(found, by_hand(vectors, labels, temperature), rtol=1e-4, atol=1e-6)


def test_a_vector_of_zeros_gives_no_nan():
    vectors = keras.ops.zeros((4, 3))
    assert np.isfinite(float(SupervisedContrastive()(np.array([0, 0, 1, 1]), vectors)))


@pytest.mark.slow
def test_it_is_learnt():
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(8, 6)).astype("float32")
    y = np.arange(8) % 2
    model = keras.Sequential([keras.layers.Dense(4)])
    model.compile(keras.optimizers.Adam(0.05), loss=SupervisedContrastive())
    history = model.fit(x, y, batch_size=8, epochs=60, verbose=0).history["loss"]
    # Three others of a class share what there is: no loss can be below the logarithm of three.
    assert history[-1] - np.log(3) < 0.2 * (history[0] - np.log(3))


def test_it_is_made_again_from_its_config():
    loss = SupervisedContrastive(temperature=0.2)
    assert SupervisedContrastive.from_config(loss.get_config()).temperature == 0.2


def test_a_temperature_of_zero_is_refused():
    with pytest.raises(ValueError, match="temperature=0"):
        SupervisedContrastive(0)
