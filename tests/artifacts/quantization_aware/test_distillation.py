import keras
import numpy as np
import pytest

from kerastl.artifacts.quantization_aware.distillation import Distillation, divergences

pytestmark = pytest.mark.both_backends


def network(bias, activation="softmax"):
    inputs = keras.Input((2,))
    x = keras.layers.Dropout(0.9)(inputs)
    dense = keras.layers.Dense(2, activation)
    model = keras.Model(inputs, dense(x))
    dense.kernel.assign(np.zeros((2, 2)))
    dense.bias.assign(bias)
    return model


def test_divergences_of_classes_are_in_nats():
    expected = np.array([[0.5, 0.5], [0.9, 0.1], [1.0, 0.0]], "float32")
    outputs = np.array([[0.25, 0.75], [0.9, 0.1], [0.5, 0.5]], "float32")
    by_hand = [0.5 * np.log(2) + 0.5 * np.log(2 / 3), 0.0, np.log(2)]
    np.testing.assert_allclose(divergences(expected, outputs, True), by_hand, atol=1e-5)


def test_other_divergences_are_mean_squares():
    expected = np.array([[[1.0, 2.0]], [[0.0, 0.0]]])
    outputs = np.array([[[1.0, 4.0]], [[1.0, 1.0]]])
    assert divergences(expected, outputs, False).tolist() == [2.0, 1.0]


def test_the_loss_is_softened_and_scaled_back():
    student, teacher = network([0.0, 0.0]), network([2.0, 0.0])
    inputs = np.ones((3, 2), "float32")
    distillation = Distillation(student, teacher, of_classes=True, temperature=2.0)
    soft = np.exp([1.0, 0.0]) / np.exp([1.0, 0.0]).sum()
    by_hand = 4 * (soft * np.log(soft / 0.5)).sum()
    loss = distillation.compute_loss(inputs, None, student(inputs))
    assert float(loss) == pytest.approx(by_hand, abs=1e-5)


def test_the_student_learns_the_teachers_answers_and_not_the_labels():
    student, teacher = network([0.0, 0.0], "linear"), network([2.0, -1.0], "linear")
    kept = teacher.get_weights()
    distillation = Distillation(student, teacher, of_classes=False)
    distillation.compile(keras.optimizers.Adam(0.1))
    inputs = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
    labels = np.full((64, 2), 100.0, "float32")
    history = distillation.fit(inputs, labels, epochs=25, batch_size=16, verbose=0)
    assert history.history["loss"][-1] < 0.02 < history.history["loss"][0]
    np.testing.assert_allclose(student.predict(inputs, verbose=0)[0], [2.0, -1.0], atol=0.2)
    assert all((a == b).all() for a, b in zip(kept, teacher.get_weights(), strict=True))
