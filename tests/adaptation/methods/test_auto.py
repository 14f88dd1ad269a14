from dataclasses import replace

import pytest

import kerastl as ktl
from kerastl.adaptation import DANN, Auto, DomainStandardization, SelfTraining
from kerastl.adaptation.verdict.verdict import Verdict
from tests.adaptation.verdict.test_verdict import GOOD, Pair, voted
from tests.training import tiny

UNCERTAIN = replace(GOOD, baseline_entropy=(0.2, 0.35))


@pytest.mark.parametrize(
    ("evidence", "frozen", "method", "reason"),
    [
        (UNCERTAIN, True, SelfTraining, "less certain on the target (mean entropy 0.35)"),
        (GOOD, True, DomainStandardization, "because self-training is unsafe: the source-only"),
        (GOOD, False, DANN, "almost as certain on the target"),
        (replace(UNCERTAIN, proxy_a_distance=Pair(0.3, 0.3)), True, None, "look alike"),
        (replace(UNCERTAIN, target_shares=(0.9, 0.1)), True, None, "class frequencies"),
        (voted(reverse_validation=Pair(0.6, 0.6)), True, None, "say little about"),
    ],
)
def test_the_evidence_of_the_baseline_chooses_the_method(evidence, frozen, method, reason):
    choice = Auto().choose(evidence, frozen)
    assert type(choice.method) is (method or type(None))
    assert reason in str(choice)


@pytest.mark.both_backends
def test_without_a_method_the_baseline_is_kept_and_the_reason_is_printed(capsys):
    images, labels = tiny.images(60)
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    source = ktl.data.arrays(images[:40], labels[:40], validation_split=0.3, seed=0)
    recipe.fit(source, adapt_to=images[40:], verbose=2)
    assert isinstance(recipe.verdict, Verdict)
    assert (recipe.verdict.finding, recipe.verdict.kept) == ("no evidence", "baseline")
    assert "Chosen method: none, because source and target look alike" in capsys.readouterr().out
    assert recipe.verdict.to_json()["choice"].startswith("Chosen method: none")
    assert len(recipe.predict(images[:3])) == 3


@pytest.mark.both_backends
def test_a_recipe_adapts_by_auto_unless_told_otherwise():
    images, labels = tiny.images(48)
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    source = ktl.data.arrays(images, labels, validation_split=0.25, seed=0)
    darker = (tiny.images(36, seed=1)[0] * 0.7).astype("uint8")
    recipe.fit(source, adapt_to=darker, verbose=0)
    assert recipe.verdict.choice.startswith("Chosen method: ")
