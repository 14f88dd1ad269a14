"""A target with other class shares, on real sentences: movies to products."""

import numpy as np
import pytest

import kerastl as ktl
from kerastl.adaptation.importance.class_shares import ClassShares

pytestmark = pytest.mark.slow
NAMES = ("negative", "positive")


def sentences(shared, name):
    (path,) = (shared / "text" / "sentiment_labelled_sentences").glob(f"{name}*labelled.txt")
    rows = [line.rsplit("\t", 1) for line in path.read_text("utf-8").split("\n") if line.strip()]
    return [text for text, _ in rows], np.array([int(label) for _, label in rows])


def imbalanced(labels, positive, negative):
    """Return the first examples of each class."""
    return np.concatenate(
        [np.flatnonzero(labels == 1)[:positive], np.flatnonzero(labels == 0)[:negative]]
    )


@pytest.fixture(scope="module")
def fitted(shared, short_minilm):
    """Adapt a recipe to nine positive sentences for each negative one; return its verdict."""
    texts, labels = sentences(shared, "imdb")
    source = ktl.data.arrays(
        texts[:500], [NAMES[each] for each in labels[:500]], validation_split=0.2, seed=0
    )
    products, known = sentences(shared, "amazon")
    kept = imbalanced(known, 360, 40)
    target = ktl.adaptation.Target([products[i] for i in kept], keep_adapted=True)

    def fit(method):
        recipe = ktl.TextClassification("bert", weights=short_minilm)
        recipe.fit(source, adapt_to=target, adaptation=method, seed=0, verbose=0)
        right = [
            (domain.probabilities.argmax(axis=1) == known[kept]).mean()
            for _, domain in recipe.verdict.views.values()
        ]
        return recipe.verdict, right[0], right[-1]

    return fit


def test_the_target_is_centred_as_if_its_classes_were_as_frequent_as_in_the_source(
    fitted, monkeypatch
):
    verdict, baseline, adapted = fitted("domain_standardization")
    shares, counted = verdict.evidence.target_shares, verdict.evidence.baseline_shares
    assert abs(shares[1] - 0.9) < abs(counted[1] - 0.9)
    monkeypatch.setattr(
        ClassShares, "weights", property(lambda self: np.ones(len(self.posteriors)))
    )
    _, _, centred = fitted("domain_standardization")
    assert centred < baseline - 0.1
    assert adapted > centred + 0.1


def test_auto_loses_nothing_where_class_shares_differ(fitted):
    verdict, baseline, adapted = fitted("auto")
    assert adapted >= baseline - 0.02
    assert "Chosen method: " in verdict.choice
