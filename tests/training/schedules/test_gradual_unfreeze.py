import pytest

import kerastl as ktl

STAGES = ("embeddings", "layer1", "layer2", "layer3")


def test_stages_are_unfrozen_one_by_one():
    phases = ktl.schedules.GradualUnfreeze(
        epochs_per_stage=2, final_epochs=4, learning_rate=2e-4, augment=False
    ).phases(STAGES)
    assert phases[0] == ktl.Phase("head", linear_probe=True)
    table = [(each.trains, each.epochs, each.augment) for each in phases[1:]]
    assert table == [
        ("last:1", 2, False),
        ("last:2", 2, False),
        ("last:3", 2, False),
        ("all", 4, False),
    ]
    for phase in phases[1:]:
        assert (phase.rate.peak, phase.rate.schedule, phase.rate.warmup) == (2e-4, "linear", 0.1)
        assert phase.rate.stage_decay == pytest.approx(1 / 2.6)


def test_a_single_stage_leaves_nothing_between():
    phases = ktl.schedules.GradualUnfreeze().phases(("only",))
    assert [phase.trains for phase in phases] == ["head", "all"]
