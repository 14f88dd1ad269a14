"""The truncation that a training chooses by cross-validation."""

import numpy as np
import pytest

import kerastl as ktl
from kerastl.recipe.choosing.alternatives import AlternativeChoice, read_with
from kerastl.recipe.choosing.before_training import choose_before_training
from kerastl.recipe.choosing.candidate import InputCandidate, InputCandidates
from kerastl.recipe.choosing.held_out_losses import HeldOutLosses
from kerastl.recipe.choosing.truncations import truncation_alternatives
from kerastl.training.cache.feature_cache import FeatureCache
from kerastl.training.cache.open_cache import OpenFeatureCache
from tests.contracts.recipes_under_test import NEGATIVE, POSITIVE, film_words, tiny_bert

LENGTH = 8


def losses(*values):
    return HeldOutLosses(np.array(values), 0.5)


def test_the_head_is_kept_within_one_standard_error():
    head, noisy, clear = losses(1, 1, 1, 1), losses(0, 2, 0, 1.9), losses(0.5, 0.6, 0.5, 0.6)
    assert AlternativeChoice({"head": head, "tail": noisy}).chosen == "head"
    assert AlternativeChoice({"head": head, "tail": noisy, "both": clear}).chosen == "both"
    assert AlternativeChoice({"head": clear, "tail": head}).chosen == "head"
    assert AlternativeChoice({}).chosen == ""


@pytest.mark.parametrize(("share", "count"), [(0.0, 0), (0.05, 0), (0.06, 3), (1.0, 3)])
def test_few_cut_texts_are_not_worth_a_pass(share, count):
    assert len(truncation_alternatives(share)) == count


def test_every_candidate_reads_as_the_alternative():
    several = InputCandidates(
        tuple(InputCandidate(str(n), {"sequence_length": n}) for n in (16, 32)), start=1
    )
    for each, length in zip(
        read_with(several, truncation_alternatives(1.0)[1]).candidates, (16, 32), strict=True
    ):
        assert each.settings == {"sequence_length": length, "truncation": "tail"}


def long_texts(place):
    """Texts of twelve words, one of which says the class."""
    generator = np.random.default_rng(0)
    texts, labels = [], []
    for number in range(90):
        words = ["a", "film"] * 6
        words[place] = str(generator.choice((NEGATIVE, POSITIVE)[number % 2]))
        texts.append(" ".join(words))
        labels.append(("bad", "good")[number % 2])
    return ktl.data.arrays(texts, labels, validation_split=0.2, seed=0)


def choose(recipe, data, say=lambda line: None):
    with OpenFeatureCache(FeatureCache.of(None), say) as features:
        return choose_before_training(
            recipe,
            data,
            ktl.schedules.ProbeGuidedFineTune(),
            features,
            batch_size=32,
            seed=0,
            deadline=None,
            say=say,
        )


@pytest.mark.parametrize(("place", "chosen"), [(0, {"head"}), (-1, {"tail", "head_tail"})])
def test_the_truncation_that_sees_the_class_is_chosen(place, chosen):
    recipe = ktl.TextClassification(
        tiny_bert(film_words()), sequence_length=LENGTH, feature_stages="last"
    )
    said = []
    choice = choose(recipe, long_texts(place), said.append)
    assert recipe.chosen_truncation in chosen
    assert [row.name for row in choice.alternatives] == [
        each.name for each in truncation_alternatives(1.0)
    ]
    assert choice.alternative in str(said[-1])
    assert "loss" in choice.reasons[-1]
    assert choice.get_config()["settings"]["truncation"] == recipe.chosen_truncation


def test_the_features_of_the_choice_are_those_of_its_truncation():
    """A cache that mixed up truncations would give the probe features that it never saw."""
    data = long_texts(-1)
    fitted = ktl.TextClassification(tiny_bert(film_words()), sequence_length=LENGTH)
    choose(fitted, data)
    fitted.fit(data, "feature_extraction", verbose=0)
    assert fitted.truncation != "head"
    assert fitted.evaluate(data.validation).accuracy > 0.9


def test_a_truncation_that_was_given_is_not_chosen():
    recipe = ktl.TextClassification(
        tiny_bert(film_words()), sequence_length=LENGTH, truncation="head", feature_stages="last"
    )
    assert choose(recipe, long_texts(-1)) is None
    assert recipe.truncation == "head"
