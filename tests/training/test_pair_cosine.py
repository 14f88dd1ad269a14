import keras
import numpy as np
import pytest

from kerastl.training.pair_cosine import PairCosine

pytestmark = pytest.mark.both_backends


def by_hand(vectors, labels):
    """Return the loss of each example, pair by pair."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    losses = []
    for i, own in enumerate(labels):
        alike, unlike = [], []
        for j, other in enumerate(labels):
            if i == j:
                continue
            if own == other:
                alike.append((unit[i] @ unit[j] - 1) ** 2)
            else:
                unlike.append((unit[i] @ unit[j]) ** 2)
        losses.append(0.5 * sum(np.mean(each) for each in (alike, unlike) if each))
    return losses


def test_the_loss_is_that_of_all_pairs():
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(7, 5)).astype("float32")
    labels = np.array([0, 1, 0, 2, 1, 0, 3])
    losses = keras.ops.convert_to_numpy(PairCosine().call(labels, keras.ops.array(vectors)))
    np.testing.assert_allclose(losses, by_hand(vectors, labels), rtol=1e-5)


def test_a_vector_of_zeros_gives_no_nan():
    vectors = keras.ops.zeros((4, 3))
    assert np.isfinite(float(PairCosine()(np.array([0, 0, 1, 1]), vectors)))


def test_it_is_learnt():
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(8, 6)).astype("float32")
    y = np.arange(8) % 2
    model = keras.Sequential([keras.layers.Dense(4)])
    model.compile(keras.optimizers.Adam(0.05), loss=PairCosine())
    history = model.fit(x, y, batch_size=8, epochs=60, verbose=0).history["loss"]
    assert history[-1] < 0.2 * history[0]
