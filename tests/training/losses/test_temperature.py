import numpy as np
import pytest

from kerastl.training.losses.temperature import fit_temperature, scale_probabilities


def drawn(count, factor, seed=0, classes=5):
    """Return probabilities whose logits are too large by a factor, and labels of the true ones."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 2, (count, classes))
    true = _softmax(logits)
    labels = np.array([generator.choice(classes, p=row) for row in true])
    return _softmax(factor * logits), labels


def _softmax(logits):
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0, 4.0])
def test_it_finds_by_how_much_logits_are_too_large(factor):
    assert fit_temperature(*drawn(2000, factor)) == pytest.approx(factor, rel=0.1)


@pytest.mark.parametrize("temperature", [0.8, 1.0, 5.0])
def test_order_does_not_change(temperature):
    probabilities, _ = drawn(100, 1.0)
    scaled = scale_probabilities(probabilities, temperature)
    np.testing.assert_array_equal(scaled.argsort(axis=1), probabilities.argsort(axis=1))
    np.testing.assert_allclose(scaled.sum(axis=1), 1.0)
    back = scale_probabilities(scaled, 1 / temperature)
    np.testing.assert_allclose(back, probabilities, atol=1e-9)


@pytest.mark.parametrize("count", [5, 20, 100, 1000])
def test_no_error_is_no_certainty(count):
    labels = np.arange(count) % 3
    right = 0.3 * np.eye(3)[labels] + 0.7 / 3
    scaled = scale_probabilities(right, fit_temperature(right, labels))
    assert 1 - scaled.max(axis=1).mean() > 0.5 / count


@pytest.mark.parametrize("factor", [0.25, 4.0])
def test_few_examples_decide_less_than_many(factor):
    few = [abs(np.log(fit_temperature(*drawn(8, factor, seed)))) for seed in range(20)]
    many = [abs(np.log(fit_temperature(*drawn(500, factor, seed)))) for seed in range(20)]
    assert np.mean(few) < np.mean(many)


def test_certain_probabilities_and_no_examples_are_finite():
    labels = np.array([0, 1, 1])
    certain = np.eye(2)[[0, 1, 0]]
    assert 1 < fit_temperature(certain, labels) < 20
    assert fit_temperature(np.zeros((0, 2)), np.zeros(0, int)) == 1.0
