import numpy as np
import pytest
from sklearn.linear_model import Ridge

from kerastl.training.linear_probe import folding, ridge, standardized_rows
from kerastl.training.linear_probe.joined_features import JoinedFeatures
from kerastl.training.linear_probe.ridge import fit_ridge


def examples(count=80, width=12, noise=0.5):
    generator = np.random.default_rng(0)
    features = (3 + 2 * generator.normal(size=(count, width))).astype("float32")
    targets = features @ generator.normal(size=(width, 2)) + 5
    return features, targets + noise * generator.normal(size=targets.shape)


@pytest.mark.parametrize("width", [12, 200])
def test_it_is_the_ridge_of_scikit_learn(width):
    features, targets = examples(width=width)
    solved = fit_ridge(features, targets, seed=0)
    scale = np.sqrt(np.square(features - features.mean(axis=0, dtype="float64")).mean())
    reference = Ridge(alpha=1 / solved.inverse_penalty).fit(features / scale, targets)
    expected = reference.predict(features / scale)
    found = features @ solved.kernel + solved.bias
    np.testing.assert_allclose(found, expected, atol=2e-3 * targets.std())


def test_noise_is_penalised_more_than_signal():
    features, targets = examples()
    nothing = np.random.default_rng(1).normal(size=targets.shape)
    signal, noise = (fit_ridge(features, each, seed=0) for each in (targets, nothing))
    assert noise.inverse_penalty < signal.inverse_penalty / 100
    assert noise.cross_validated == pytest.approx(np.var(nothing), rel=0.1)


def test_many_examples_are_solved_in_parts(monkeypatch):
    features, targets = examples(400)
    whole = fit_ridge(features, targets, seed=0)
    monkeypatch.setattr(folding, "FOLDED_EXAMPLES", 100)
    monkeypatch.setattr(ridge, "CHUNK", 64)
    monkeypatch.setattr(standardized_rows, "CHUNK", 64)
    monkeypatch.setattr(ridge, "_PENALTIES", np.array([whole.inverse_penalty]))
    parts = fit_ridge(JoinedFeatures([[features[:, :5], features[:, 5:]]]), targets, seed=0)
    np.testing.assert_allclose(parts.kernel, whole.kernel, atol=1e-3)
    np.testing.assert_allclose(parts.bias, whole.bias, atol=1e-2)


def test_an_example_of_weight_2_counts_as_two(monkeypatch):
    monkeypatch.setattr(ridge, "_PENALTIES", np.array([1.0]))
    features, targets = examples(30)
    again = np.tile(np.arange(30), 2)
    twice = fit_ridge(features[again], targets[again], seed=0, groups=again)
    heavy = fit_ridge(features, targets, seed=0, sample_weights=np.full(30, 2.0))
    np.testing.assert_allclose(heavy.kernel, twice.kernel, atol=1e-3)
