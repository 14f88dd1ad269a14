import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from kerastl.adaptation.importance import domain_classifier
from kerastl.adaptation.importance.domain_classifier import held_out_log_odds


@pytest.mark.parametrize("width", [4, 150], ids=["more examples", "more features"])
def test_it_is_the_cross_fitted_logistic_regression_of_scikit_learn(monkeypatch, width):
    generator = np.random.default_rng(0)
    source, target = generator.normal(size=(60, width)), generator.normal(size=(30, width)) + 0.5
    monkeypatch.setattr(domain_classifier, "_PENALTIES", np.array([0.1]))
    ours = np.concatenate(held_out_log_odds(source, target, seed=3))
    rows, labels = np.concatenate([source, target]), np.repeat([0, 1], [60, 30])
    rows = rows - rows.mean(axis=0)
    rows /= np.sqrt(np.square(rows).mean())
    reference = np.empty(90)
    for train, test in StratifiedKFold(5, shuffle=True, random_state=3).split(rows, labels):
        # Of equal size in total: an example of the target counts as two of the source.
        weights = np.array([0.75, 1.5])[labels[train]]
        fitted = LogisticRegression(C=0.1, tol=1e-9, max_iter=10_000)
        fitted.fit(rows[train], labels[train], sample_weight=weights)
        reference[test] = fitted.decision_function(rows[test])
    np.testing.assert_allclose(ours, reference, atol=2e-2)


def test_the_penalty_is_strong_where_there_is_nothing_to_learn(monkeypatch):
    generator = np.random.default_rng(0)
    source, target = generator.normal(size=(80, 60)), generator.normal(size=(80, 60))
    chosen = np.concatenate(held_out_log_odds(source, target, seed=0))
    monkeypatch.setattr(domain_classifier, "_PENALTIES", np.array([100.0]))
    unpenalised = np.concatenate(held_out_log_odds(source, target, seed=0))
    assert chosen.std() < 0.5 < 3.0 < unpenalised.std()
