import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from kerastl.training.linear_probe import multinomial
from kerastl.training.linear_probe.multinomial import Rotation, fit_multinomial, log_losses


def examples(classes, count=300, width=8):
    generator = np.random.default_rng(0)
    labels = np.arange(count) % classes
    centres = generator.normal(size=(classes, width))
    # Sizes of features differ by a thousand, as those of a network's do.
    sizes = np.logspace(-2, 1, width)
    rows = (centres[labels] + generator.normal(size=(count, width))) * sizes
    return rows.astype("float32"), labels, generator.uniform(0.5, 2, count)


def turned(rows):
    curvature, axes = np.linalg.eigh(rows.T @ rows / len(rows))
    return Rotation(axes, np.maximum(curvature, 0))


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("inverse_penalty", [1e-3, 1.0, 100.0])
def test_it_is_the_regression_of_scikit_learn(classes, inverse_penalty, monkeypatch):
    monkeypatch.setattr(multinomial, "CHUNK", 64)
    rows, labels, weights = examples(classes)
    rotation = turned(rows)
    found = fit_multinomial(rows, labels, weights, classes, inverse_penalty, rotation)
    reference = LogisticRegression(C=inverse_penalty, max_iter=1000, tol=1e-9, solver="newton-cg")
    reference.fit(rows.astype("float64"), labels, sample_weight=weights)
    logits = rows @ (rotation.axes @ found.kernel) + found.bias
    log_losses(logits, labels)
    np.testing.assert_allclose(logits, reference.predict_proba(rows.astype("float64")), atol=5e-4)


def test_losses_are_those_of_a_softmax():
    logits = np.array([[1000.0, 0.0], [0.0, 0.0]])
    np.testing.assert_allclose(log_losses(logits, np.array([1, 0])), [1000.0, np.log(2)])
    np.testing.assert_allclose(logits, [[1, 0], [0.5, 0.5]])


def test_the_rotation_saves_passes(monkeypatch):
    rows, labels, weights = examples(5)
    passes, plainly = [], multinomial._sums
    monkeypatch.setattr(multinomial, "_sums", lambda *a: passes.append(1) or plainly(*a))
    fit_multinomial(rows, labels, weights, 5, 100.0, turned(rows))
    turned_passes = len(passes)
    fit_multinomial(rows, labels, weights, 5, 100.0, Rotation(None, np.ones(rows.shape[1])))
    assert turned_passes < (len(passes) - turned_passes) / 2
