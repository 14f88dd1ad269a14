import numpy as np
import pytest

from kerastl.training.losses.calibrated_loss import calibrated_losses


def examples(count=400, classes=3, seed=0):
    generator = np.random.default_rng(seed)
    logits = generator.normal(size=(count, classes))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([generator.choice(classes, p=row) for row in shares])
    return logits, shares, labels


@pytest.mark.parametrize("confidence", [0.1, 0.5, 1.0, 4.0, 10.0])
def test_confidence_does_not_matter(confidence):
    logits, shares, labels = examples()
    sharper = np.exp(logits * confidence)
    sharper /= sharper.sum(axis=1, keepdims=True)
    expected = calibrated_losses(shares, labels).mean()
    assert calibrated_losses(sharper, labels).mean() == pytest.approx(expected, rel=1e-3)


def test_it_is_never_above_the_plain_loss():
    _, shares, labels = examples()
    plain = -np.log(shares[np.arange(len(labels)), labels]).mean()
    assert calibrated_losses(shares, labels).mean() <= plain + 1e-3


def test_a_wrong_answer_with_certainty_stays_finite():
    certain = np.array([[1.0, 0.0], [1.0, 0.0]], "float32")
    assert np.isfinite(calibrated_losses(certain, np.array([0, 1]))).all()
