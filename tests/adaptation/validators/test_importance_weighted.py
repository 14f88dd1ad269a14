"""Importance-weighted validation and deep embedded validation."""

import sys

import numpy as np
import pytest

from kerastl.adaptation.validators import dev, importance_weighted_validation

both = pytest.mark.parametrize("validator", [importance_weighted_validation, dev])


def shifted(seed, source_examples=300):
    """Features whose second is noise; the target lies to the right in the first."""
    generator = np.random.default_rng(seed)
    source = generator.normal(size=(source_examples, 2))
    return source, generator.normal([1.0, 0.0], size=(300, 2))


@both
def test_the_model_that_is_better_on_the_target_wins(validator):
    source, target = shifted(0)
    worse_on_target = np.where(source[:, 0] > 0.7, 1.0, 0.0)
    worse_on_source = np.where(source[:, 0] < 0.0, 1.0, 0.0)
    assert worse_on_target.mean() < worse_on_source.mean()
    assert validator(source, target, worse_on_source) > validator(source, target, worse_on_target)


@both
def test_it_estimates_the_loss_on_the_target(validator):
    def loss(features):
        return np.square(features[:, 0] - 1.0)

    source, target = shifted(1, source_examples=1000)
    assert loss(source).mean() > loss(target).mean() + 0.8
    assert -validator(source, target, loss(source)) == pytest.approx(loss(target).mean(), abs=0.2)


@both
def test_without_a_shift_it_is_about_the_mean_loss(validator):
    source, _ = shifted(0)
    other, _ = shifted(1)
    losses = np.abs(source[:, 0])
    assert -validator(source, other, losses) == pytest.approx(losses.mean(), abs=0.05)


@both
def test_equal_losses_are_that_loss(validator):
    source, target = shifted(0)
    assert validator(source, target, np.full(300, 0.25)) == pytest.approx(-0.25)


@both
def test_the_losses_must_be_one_an_example(validator):
    source, target = shifted(0)
    with pytest.raises(ValueError, match=r"shape \(299,\) for 300 examples$"):
        validator(source, target, np.ones(299))


def test_the_control_variate_reduces_variance(monkeypatch):
    module = sys.modules["kerastl.adaptation.validators.dev"]
    controlled, plain = [], []
    for seed in range(40):
        source, target = shifted(seed)
        # The true ratio of N(0.5, 1) to N(0, 1), whose sample mean is not exactly 1.
        weights = np.exp(0.5 * source[:, 0] - 0.125)
        monkeypatch.setattr(module, "density_ratio", lambda *_, weights=weights: weights)
        losses = 1.0 + 0.2 * np.abs(source[:, 0])
        controlled.append(-dev(source, target, losses))
        plain.append(np.mean(weights * losses))
    assert np.std(controlled) < np.std(plain) / 2
    assert np.mean(controlled) == pytest.approx(np.mean(plain), abs=0.05)
