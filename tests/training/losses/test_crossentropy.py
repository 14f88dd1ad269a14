import keras
import numpy as np
import pytest

from kerastl.training.losses.crossentropy import Crossentropy

pytestmark = pytest.mark.both_backends

PROBABILITIES = np.random.default_rng(0).dirichlet(np.ones(3), 8).astype("float32")
LABELS = np.array([0, 1, 2, 0, 1, 2, 0, 0])
SHARES = np.eye(3, dtype="float32")[LABELS]
KINDS = {"integers": LABELS, "column": LABELS[:, None], "shares": SHARES}


def of(loss, labels):
    return np.asarray(keras.ops.convert_to_numpy(loss(labels, PROBABILITIES)))


@pytest.mark.parametrize("labels", KINDS.values(), ids=KINDS)
def test_it_is_what_keras_computes(labels):
    plain = keras.losses.SparseCategoricalCrossentropy()
    smooth = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
    focal = keras.losses.CategoricalFocalCrossentropy(alpha=1.0, gamma=2.0, label_smoothing=0.1)
    np.testing.assert_allclose(of(Crossentropy(), labels), of(plain, LABELS), rtol=1e-5)
    np.testing.assert_allclose(of(Crossentropy(0.1), labels), of(smooth, SHARES), rtol=1e-6)
    np.testing.assert_allclose(of(Crossentropy(0.1, 2.0), labels), of(focal, SHARES), rtol=1e-6)


@pytest.mark.parametrize("labels", KINDS.values(), ids=KINDS)
def test_class_weights_are_those_of_keras_fit(labels):
    weights = np.array([1.0, 2.0, 5.0])
    losses = of(keras.losses.SparseCategoricalCrossentropy(reduction=None), LABELS)
    expected = (losses * weights[LABELS]).mean()
    np.testing.assert_allclose(of(Crossentropy(class_weights=weights), labels), expected, rtol=1e-5)


def test_mixed_labels_cost_the_mean_of_both():
    half = (np.eye(3)[LABELS] + np.eye(3)[(LABELS + 1) % 3]) / 2
    expected = (of(Crossentropy(), LABELS) + of(Crossentropy(), (LABELS + 1) % 3)) / 2
    np.testing.assert_allclose(of(Crossentropy(), half), expected, rtol=1e-5)


def test_labels_of_every_token_are_taken():
    loss = Crossentropy(class_weights=[1.0, 2.0, 5.0])
    tokens = loss(LABELS.reshape(2, 4), PROBABILITIES.reshape(2, 4, 3))
    np.testing.assert_allclose(np.asarray(tokens), of(loss, LABELS), rtol=1e-6)


def test_it_survives_its_configuration():
    loss = Crossentropy(0.1, 2.0, np.array([1.0, 2.0, 5.0]))
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert of(again, LABELS) == of(loss, LABELS)
