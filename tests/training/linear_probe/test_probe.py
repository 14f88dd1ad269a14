import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from kerastl.training.linear_probe import folding, multinomial, probe, standardized_rows
from kerastl.training.linear_probe.joined_features import JoinedFeatures
from kerastl.training.linear_probe.probe import fit_probe


def blobs(classes, examples=60, width=12, seed=0):
    generator = np.random.default_rng(seed)
    labels = np.arange(examples) % classes
    centres = generator.normal(size=(classes, width))
    return (centres[labels] + generator.normal(size=(examples, width))).astype("float32"), labels


def softmax(logits):
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("classes", [2, 5])
def test_it_is_the_logistic_regression_of_scikit_learn(classes):
    features, labels = blobs(classes)
    solved = fit_probe(features, labels, classes, seed=0)
    centred = features - features.mean(axis=0, dtype="float64")
    scale = np.sqrt((centred**2).mean())
    reference = LogisticRegression(C=solved.inverse_penalty, max_iter=10_000, tol=1e-9)
    reference.fit(centred / scale, labels)
    logits = features @ solved.kernel + solved.bias
    np.testing.assert_allclose(softmax(logits), reference.predict_proba(centred / scale), atol=5e-4)


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_the_scale_of_features_does_not_matter(factor):
    features, labels = blobs(3)
    plain = fit_probe(features, labels, 3, seed=0)
    scaled = fit_probe(features * factor + 7.0, labels, 3, seed=0)
    assert scaled.inverse_penalty == plain.inverse_penalty
    np.testing.assert_allclose(scaled.kernel * factor, plain.kernel, atol=5e-3)


def test_noise_is_penalised_more_than_signal():
    features, labels = blobs(2, examples=200)
    noise = np.random.default_rng(1).normal(size=features.shape).astype("float32")
    signal = fit_probe(features, labels, 2, seed=0)
    nothing = fit_probe(noise, labels, 2, seed=0)
    assert nothing.inverse_penalty < signal.inverse_penalty
    assert signal.cross_validated < nothing.cross_validated


def test_penalties_compare_alike_without_the_smallest_directions(monkeypatch):
    features, labels = blobs(5, examples=300, width=200)
    features = features * np.linspace(1, 0.01, 200, dtype="float32") ** 2
    main = fit_probe(features, labels, 5, seed=0)
    measured = []
    solve = probe.fit_multinomial

    def noted(rows, *arguments, **options):
        measured.append(rows.shape)
        return solve(rows, *arguments, **options)

    monkeypatch.setattr(probe, "fit_multinomial", noted)
    assert fit_probe(features, labels, 5, seed=0).inverse_penalty == main.inverse_penalty
    # The folds see part of the directions, and the solution all of them.
    *folds, last = measured
    assert {columns for _, columns in folds} == {folds[0][1]}
    assert folds[0][1] < 150
    assert last == features.shape
    monkeypatch.setattr(probe, "_LEFT_OUT", 0.0)
    every = fit_probe(features, labels, 5, seed=0)
    assert every.inverse_penalty == main.inverse_penalty
    assert every.cross_validated == pytest.approx(main.cross_validated, abs=0.01)
    ours, theirs = (features @ each.kernel + each.bias for each in (main, every))
    np.testing.assert_allclose(softmax(ours), softmax(theirs), atol=5e-4)


def test_a_class_of_one_example_leaves_the_penalty_to_the_others():
    features, labels = blobs(3, examples=90)
    alone = fit_probe(features, labels, 3, seed=0)
    another = np.full((1, features.shape[1]), 3.0, "float32")
    joined = fit_probe(np.concatenate([features, another]), np.append(labels, 3), 4, seed=0)
    assert joined.inverse_penalty == alone.inverse_penalty


def test_where_every_class_has_one_example_there_are_no_folds():
    features, _ = blobs(3, examples=3)
    assert fit_probe(features, np.arange(3), 3, seed=0).cross_validated is None


def test_features_that_are_not_finite_are_refused():
    features, labels = blobs(2)
    features[3, 1] = np.nan
    with pytest.raises(ValueError, match="1 of 60 examples"):
        fit_probe(features, labels, 2, seed=0)


def test_views_of_one_example_stay_in_one_fold():
    features, labels = blobs(3, examples=90, width=120)
    noise = np.random.default_rng(1).normal(size=features.shape).astype("float32")
    views, twice = np.concatenate([noise, noise]), np.tile(labels, 2)
    apart = fit_probe(views, twice, 3, seed=0)
    together = fit_probe(views, twice, 3, seed=0, groups=np.tile(np.arange(90), 2))
    # Noise tells the class of an example whose other view is in the training folds.
    assert apart.cross_validated < 0.7 < 1.0 < together.cross_validated
    assert together.inverse_penalty < apart.inverse_penalty


def test_many_examples_are_solved_in_parts(monkeypatch):
    features, labels = blobs(4, examples=400)
    whole = fit_probe(features, labels, 4, seed=0)
    monkeypatch.setattr(folding, "FOLDED_EXAMPLES", 100)
    monkeypatch.setattr(standardized_rows, "CHUNK", 64)
    monkeypatch.setattr(multinomial, "CHUNK", 64)
    monkeypatch.setattr(probe, "_PENALTIES", [whole.inverse_penalty])
    sampled = fit_probe(JoinedFeatures([[features[:, :5], features[:, 5:]]]), labels, 4, seed=0)
    np.testing.assert_allclose(sampled.kernel, whole.kernel, atol=2e-3)
    np.testing.assert_allclose(sampled.bias, whole.bias, atol=2e-3)


@pytest.mark.parametrize("classes", [2, 5])
def test_both_solvers_give_the_same_coefficients_at_a_known_penalty(classes, monkeypatch):
    features, labels = blobs(classes, examples=100)
    weights = np.linspace(0.5, 2, 100)
    options = {"seed": 0, "sample_weights": weights, "inverse_penalty": 1.0}
    ours = []
    solve = probe.fit_multinomial
    monkeypatch.setattr(probe, "fit_multinomial", lambda *a, **o: ours.append(1) or solve(*a, **o))
    theirs = fit_probe(features, labels, classes, **options)
    assert not ours
    # Rows beyond the sample that chooses penalties are solved in parts.
    monkeypatch.setattr(folding, "FOLDED_EXAMPLES", 50)
    own = fit_probe(features, labels, classes, **options)
    assert ours
    assert theirs.inverse_penalty == own.inverse_penalty == 1.0
    largest = np.abs(own.kernel).max()
    np.testing.assert_allclose(theirs.kernel, own.kernel, atol=2e-3 * largest)
    np.testing.assert_allclose(theirs.bias, own.bias, atol=5e-3 * largest)


@pytest.mark.parametrize("examples", [60, 10], ids=["more examples", "more features"])
def test_weighted_it_is_the_logistic_regression_of_scikit_learn(examples):
    features, labels = blobs(3, examples=examples)
    weights = np.array([0.5, 1.0, 4.0])[labels]
    probe = fit_probe(features, labels, 3, seed=0, sample_weights=weights)
    centred = features - features.mean(axis=0, dtype="float64")
    scale = np.sqrt((centred**2).mean())
    reference = LogisticRegression(C=probe.inverse_penalty, max_iter=10_000, tol=1e-9)
    reference.fit(centred / scale, labels, sample_weight=weights)
    logits = features @ probe.kernel + probe.bias
    np.testing.assert_allclose(softmax(logits), reference.predict_proba(centred / scale), atol=5e-4)
