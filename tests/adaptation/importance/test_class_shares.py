import numpy as np
import pytest

from kerastl.adaptation.importance.class_shares import ClassShares

SOURCE = np.array([0.5, 0.5])


def predicted(shares, count=4000, apart=2.0):
    """Return exact class probabilities of points on a line, and the points and their classes."""
    generator = np.random.default_rng(0)
    labels = (generator.random(count) < shares[1]).astype(int)
    points = generator.normal(0, 1, count) + apart * labels
    odds = np.exp(apart * (points - apart / 2))
    return np.stack([1 / (1 + odds), odds / (1 + odds)], axis=1), points, labels


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.8, 0.2), (0.05, 0.95)])
def test_shares_are_recovered_where_classes_look_as_in_the_source(shares):
    probabilities, _, _ = predicted(shares)
    found = ClassShares.estimated(probabilities, SOURCE)
    np.testing.assert_allclose(found.target, shares, atol=0.02)
    # Counting predictions has a larger error: rare classes get mistakes of frequent ones.
    counted = np.bincount(probabilities.argmax(axis=1), minlength=2) / len(probabilities)
    error, of_counts = (np.abs(each - shares).max() for each in (found.target, counted))
    assert error < of_counts or of_counts < 0.02


def test_weights_give_the_mean_that_equal_shares_would_have():
    probabilities, points, _ = predicted((0.8, 0.2))
    weights = ClassShares.estimated(probabilities, SOURCE).weights
    assert abs(points.mean() - 1.0) > 0.5
    assert abs(np.average(points, weights=weights) - 1.0) < 0.05


def test_equal_shares_leave_weights_near_one():
    probabilities, _, _ = predicted((0.5, 0.5))
    weights = ClassShares.estimated(probabilities, SOURCE).weights
    assert np.abs(weights - 1).max() < 0.05


def test_a_class_without_target_examples_has_a_small_share_and_finite_weights():
    probabilities = np.tile([[0.99, 0.01, 0.0]], (50, 1))
    found = ClassShares.estimated(probabilities, np.array([0.5, 0.3, 0.2]))
    assert found.target[0] > 0.9
    assert found.target.sum() == pytest.approx(1)
    assert np.isfinite(found.weights).all()
    assert found.weights.max() <= 10


def test_few_examples_hardly_move_the_shares():
    found = ClassShares.estimated(np.array([[0.9, 0.1]]), SOURCE)
    assert found.target[0] < 0.7
