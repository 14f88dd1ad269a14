from dataclasses import replace

import pytest

from kerastl.adaptation.verdict.adaptation_evidence import AdaptationEvidence, Pair
from kerastl.adaptation.verdict.verdict import Verdict

GOOD = AdaptationEvidence(
    classes=2,
    source_examples=200,
    source_accuracy=Pair(0.90, 0.90),
    proxy_a_distance=Pair(1.6, 1.2),
    validators={
        "information_maximization": Pair(0.3, 0.5),
        "bnm": Pair(0.8, 0.9),
        "snd": Pair(2.0, 2.2),
        "class_ami": Pair(0.3, 0.4),
        "reverse_validation": Pair(0.85, 0.86),
    },
    baseline_entropy=(0.3, 0.35),
    agreement=0.93,
    source_shares=(0.5, 0.5),
    target_shares=(0.45, 0.55),
    baseline_shares=(0.45, 0.55),
    adapted_shares=(0.49, 0.51),
)


def voted(**changes):
    return replace(GOOD, validators={**GOOD.validators, **changes})


def check(evidence, reason, finding, advised):
    verdict = Verdict.reach(evidence, uses_source=True)
    assert (verdict.finding, verdict.advised) == (finding, advised)
    assert any(reason in each for each in verdict.reasons)


def test_good_evidence_is_helped():
    verdict = Verdict.reach(GOOD, uses_source=True)
    assert (verdict.finding, verdict.advised) == ("helped", "adapted")
    assert "5 of 5 validators" in str(verdict)
    assert "changed for 7% of the target examples" in str(verdict)
    assert "shifted by 4%" in str(verdict)
    assert "1.60 without and 1.20 with adaptation" in str(verdict)
    adversarial = Verdict.reach(replace(GOOD, domain_accuracy=0.58), uses_source=True)
    assert adversarial.finding == "helped"
    assert "discriminator is right on 58% of the examples" in str(adversarial)
    # It separates the examples that it trains on, but not held-out ones.
    assert Verdict.reach(replace(GOOD, domain_accuracy=1.0), uses_source=True).finding == "helped"


def test_what_is_printed_says_which_model_was_kept():
    verdict = Verdict.reach(GOOD, uses_source=True)
    assert str(verdict).startswith("Adaptation: helped. Kept: the adapted model.\n- 5 of 5")
    other = replace(verdict, finding="harmed", reasons=("why",), kept="baseline")
    assert str(other) == (
        "Adaptation: harmed. Kept: the source-only baseline, which was trained without the target."
        "\n- why"
    )
    thin = replace(verdict, finding="no evidence")
    assert str(thin).startswith("Adaptation: no evidence of a benefit. Kept: the adapted model.")


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (
            replace(GOOD, adapted_shares=(0.1, 0.9)),
            "1 of 2 classes lost more than 75% of their predictions",
        ),
        (
            replace(GOOD, adapted_shares=(0.7, 0.3)),
            "frequencies on the target shifted by 25.0%, more than the accepted 20%",
        ),
        (replace(GOOD, source_accuracy=Pair(0.9, 0.8)), "fell from 0.900 to 0.800"),
        (
            voted(information_maximization=Pair(0.5, 0.39)),
            "less information about the target (mutual information of example and class, in nats): "
            "0.39, without adaptation 0.50",
        ),
        (
            voted(reverse_validation=Pair(0.85, 0.75)),
            "right on 75.0% of the source, without adaptation on 85.0%",
        ),
    ],
)
def test_evidence_of_harm_keeps_the_baseline(evidence, reason):
    check(evidence, reason, "harmed", "baseline")


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (
            replace(GOOD, proxy_a_distance=Pair(0.2, 0.1)),
            "look alike, so there is little to gain: the distance of their features "
            "(proxy A-distance, 0 to 2) is 0.20",
        ),
        (
            replace(GOOD, target_shares=(0.1, 0.9)),
            "class frequencies in the target seem to differ by 40% from the source",
        ),
        (
            voted(reverse_validation=Pair(0.6, 0.62)),
            "say little about the source classes: a classifier trained on them is right on 62.0%",
        ),
        (
            replace(voted(class_ami=Pair(0.05, 0.1)), baseline_entropy=(0.3, 0.45)),
            "much less certain on the target (mean entropy 0.45, on the source 0.30)",
        ),
    ],
)
def test_an_unsuitable_target_keeps_the_baseline(evidence, reason):
    check(evidence, reason, "no evidence", "baseline")


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (replace(GOOD, agreement=0.99), "same class for 99.0% of the target examples"),
        (
            replace(GOOD, domain_accuracy=0.97, proxy_a_distance=Pair(1.6, 1.6)),
            "still right on 97% of the examples",
        ),
        (
            voted(bnm=Pair(0.9, 0.8), snd=Pair(2, 1), class_ami=Pair(0.4, 0.1)),
            "only 2 of 5 validators",
        ),
    ],
)
def test_weak_evidence_keeps_the_adapted_model(evidence, reason):
    check(evidence, reason, "no evidence", "adapted")


def test_an_uncertain_target_whose_clusters_are_the_classes_can_be_helped():
    evidence = replace(voted(class_ami=Pair(0.5, 0.7)), baseline_entropy=(0.3, 0.45))
    assert Verdict.reach(evidence, uses_source=True).finding == "helped"


def test_a_baseline_that_is_certain_on_the_target_has_little_to_learn_from_itself():
    certain = replace(GOOD, baseline_entropy=(0.3, 0.31))
    verdict = Verdict.reach(certain, uses_source=False)
    assert (verdict.finding, verdict.advised) == ("no evidence", "adapted")
    assert any("almost as certain on the target" in reason for reason in verdict.reasons)
    # A method that trains on source labels does not depend on it.
    assert Verdict.reach(certain, uses_source=True).finding == "helped"
    assert Verdict.reach(GOOD, uses_source=False).finding == "helped"


def test_a_method_without_source_examples_may_lose_source_accuracy():
    evidence = replace(GOOD, source_accuracy=Pair(0.9, 0.8), baseline_entropy=(0.2, 0.35))
    evidence = replace(evidence, validators={**GOOD.validators, "class_ami": Pair(0.5, 0.6)})
    assert Verdict.reach(evidence, uses_source=False).finding == "helped"
    verdict = Verdict.reach(evidence, uses_source=False)
    assert "held-out source examples is 0." in verdict.reasons[-1]
    assert "for the target" not in str(Verdict.reach(GOOD, uses_source=False))


def test_a_small_loss_on_few_source_examples_is_no_harm():
    evidence = replace(GOOD, source_accuracy=Pair(0.9, 0.83), source_examples=20)
    assert Verdict.reach(evidence, uses_source=True).finding == "helped"


@pytest.mark.parametrize(("lost", "finding"), [(0.06, "harmed"), (0.05, "no evidence")])
def test_a_loss_on_the_source_is_one_on_a_target_that_looks_like_it(lost, finding):
    # The standard error is .021, so the bound is .053.
    alike = replace(
        GOOD, proxy_a_distance=Pair(0.2, 0.1), source_accuracy=Pair(0.9, round(0.9 - lost, 2))
    )
    verdict = Verdict.reach(alike, uses_source=False)
    assert (verdict.finding, verdict.advised) == (finding, "baseline")
    assert "look alike" in verdict.reasons[0]
