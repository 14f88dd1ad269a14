from dataclasses import replace

import pytest

import kerastl as ktl
from kerastl.training.phases.probe_evidence import ProbeEvidence

STAGES = ("stem", "stage1", "stage2", "stage3")
PHOTOS = ProbeEvidence(
    examples=450,
    outputs=6,
    validation_examples=90,
    metric="accuracy",
    value=0.78,
    baseline=1 / 6,
    baseline_means="always the most frequent class",
    baseline_error=0.039,
    rarest=75,
    modality="image",
    input_size="images of 224 x 224 pixels: the backbone's own",
    batch_size=16,
    augments=True,
    stage_names=STAGES,
    learning_rate=1e-4,
    stable_rate=lambda trains: 1.0,
    nearest_mean_accuracy=0.66,
    seconds=10.0,
    seconds_per_pass=lambda: 8.0,
)
TEXTS = replace(
    PHOTOS, examples=800, modality="text", augments=False, outputs=2, baseline=0.5, rarest=400
)


def decide(evidence, **settings):
    return ktl.schedules.ProbeGuidedFineTune(**settings).decide(evidence)


def test_the_head_is_solved_first():
    assert ktl.schedules.ProbeGuidedFineTune().phases(STAGES) == [
        ktl.Phase("head", linear_probe=True)
    ]


@pytest.mark.parametrize(
    ("evidence", "epochs", "rate", "augment"),
    [
        (PHOTOS, 6, 3e-4, True),
        (TEXTS, 5, 1e-4, False),
        (replace(TEXTS, examples=2_250), 4, 1e-4, False),
        (replace(TEXTS, examples=7_500), 3, 1e-4, False),
        (replace(TEXTS, examples=100_000), 2, 1e-4, False),
        (replace(PHOTOS, value=0.18), 6, 1e-3, True),
    ],
)
def test_examples_and_what_the_solved_head_reached_decide(evidence, epochs, rate, augment):
    decision = decide(evidence)
    (phase,) = decision.phases
    assert (phase.trains, phase.epochs, phase.augment) == ("from:stage1", epochs, augment)
    assert phase.rate.peak == pytest.approx(rate)
    assert "nearest class mean 0.660" in decision.reasons[0]


@pytest.mark.parametrize(("evidence", "gain"), [(PHOTOS, 1.0), (TEXTS, 0.0)])
def test_photos_ask_for_more_evidence_that_tuning_helped(evidence, gain):
    decision = decide(evidence)
    (phase,) = decision.phases
    assert phase.required_gain == gain
    assert f"exceeds {gain:g} standard errors" in decision.reasons[-1]


@pytest.mark.parametrize(
    ("examples", "batch_size", "why"),
    [(450, 16, "450 training examples"), (450, 8, "as given"), (60_000, 32, "60000 training")],
)
def test_input_size_and_batch_size_are_said(examples, batch_size, why):
    reasons = decide(replace(PHOTOS, examples=examples, batch_size=batch_size)).reasons
    assert PHOTOS.input_size in reasons
    assert any(line.startswith(f"batches of {batch_size}: {why}") for line in reasons)


def test_a_task_is_decided_by_its_own_metric():
    numbers = replace(
        PHOTOS,
        metric="r2",
        value=0.02,
        baseline=0.0,
        baseline_means="always the mean",
        baseline_error=2 / 90,
        nearest_mean_accuracy=None,
        rarest=None,
    )
    decision = decide(numbers)
    assert decision.reasons[0] == (
        "the linear probe's r2 is 0.020 on 90 validation examples; always the mean 0.000"
    )
    assert decision.phases[0].rate.peak == pytest.approx(1e-3)
    assert "no better than the baseline" in " ".join(decision.reasons)
    assert decide(replace(numbers, value=0.05)).phases[0].rate.peak == pytest.approx(3e-4)
    assert decide(replace(numbers, value=1.0)).phases == ()


def test_a_head_without_error_stays():
    decision = decide(replace(PHOTOS, value=1.0))
    assert decision.phases == ()
    assert "makes no validation errors" in decision.reasons[-1]


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        ("1h", ("from:stage1", 6)),
        ("90s", ("from:stage1", 3)),  # 80 s left, 24 s an epoch
        (35, ("from:stage1", 1)),
        (30, ("last:1", 6)),
        ("12s", None),
        ("5s", None),
    ],
)
def test_a_budget_is_kept_to(budget, expected):
    phases = decide(PHOTOS, budget=budget).phases
    assert [(phase.trains, phase.epochs) for phase in phases] == ([expected] if expected else [])


def test_on_kept_features_nothing_is_augmented_and_the_rate_is_that_of_still_images():
    decision = decide(PHOTOS, budget=30)
    (phase,) = decision.phases
    assert not phase.augment
    assert phase.rate.peak == PHOTOS.learning_rate
    assert "learning rate 0.0001: the backbone's" in decision.reasons
    assert any(line.startswith("augmentation off: 20 s are left") for line in decision.reasons)


def test_the_rate_is_limited_by_the_network_that_trains():
    asked = []

    def limit(trains):
        asked.append(trains)
        return 2.04e-5

    narrow = replace(PHOTOS, stable_rate=limit)
    decision = decide(narrow)
    assert decision.phases[0].rate.peak == 2e-5
    assert asked == ["from:stage1"]
    assert any(
        line.startswith("learning rate 2e-05: at a higher rate") for line in decision.reasons
    )
    # A network whose features say nothing must change more, but it must not diverge either.
    assert decide(replace(narrow, value=0.18)).phases[0].rate.peak == pytest.approx(6.8e-5)
    assert decide(narrow, learning_rate=1e-3).phases[0].rate.peak == 1e-3
    (phase,) = decide(replace(PHOTOS, stable_rate=lambda trains: 3.1e-4)).phases
    assert phase.rate.peak == pytest.approx(3e-4)


def test_contrastive_tuning_ends_with_a_new_probe():
    few = replace(TEXTS, examples=600, outputs=150, rarest=4)
    decision = decide(few, contrastive=True)
    (phase,) = decision.phases
    assert (phase.keep, phase.contrastive_steps, phase.augment) == ("refitted", 200, False)
    assert any("200 contrastive steps, 600 training" in line for line in decision.reasons)
    assert not decide(PHOTOS, contrastive=True).phases[0].augment
    # 290 s are 12 passes of 24 s, 90 s are three.
    (phase,) = decide(few, budget="300s", contrastive=True).phases
    assert phase.contrastive_steps == 200
    (phase,) = decide(few, budget="100s", contrastive=True).phases
    assert phase.contrastive_steps <= 3 * 600 / 32 + 1
    (phase,) = decide(few, budget="30s", contrastive=True).phases
    assert (phase.trains, phase.contrastive_steps) == ("last:1", None)


def test_other_tuning_ends_with_a_mixture_with_the_probe():
    for evidence in (PHOTOS, TEXTS):
        (phase,) = decide(evidence).phases
        assert (phase.keep, phase.contrastive_steps) == ("interpolated", None)


def test_every_choice_can_be_overridden():
    told = ktl.schedules.ProbeGuidedFineTune(
        from_stage="stage2", epochs=9, learning_rate=5e-5, augment=False, required_gain=2
    )
    (phase,) = told.decide(PHOTOS).phases
    assert (phase.trains, phase.epochs, phase.augment) == ("from:stage2", 9, False)
    assert phase.required_gain == 2
    assert phase.rate == ktl.LearningRate(5e-5)
    assert type(told).from_config(told.get_config()) == told


def test_a_rare_class_is_pointed_out():
    unequal = replace(PHOTOS, rarest=5, baseline=0.5)
    assert "rarest class has 5" in decide(unequal).reasons[-1]
    assert "rarest" not in " ".join(decide(PHOTOS).reasons)


@pytest.mark.parametrize(
    "budget", ["10 parsecs", "", 0, -3, "nan", float("nan"), float("inf"), True, [60]]
)
def test_a_budget_is_a_length_of_time(budget):
    with pytest.raises(ValueError, match="Received: budget="):
        ktl.schedules.ProbeGuidedFineTune(budget=budget)


def test_an_unknown_stage_is_named_before_anything_trains():
    with pytest.raises(ValueError, match="stage9"):
        ktl.schedules.ProbeGuidedFineTune(from_stage="stage9").phases(STAGES)
