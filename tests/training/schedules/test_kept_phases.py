import pytest

import kerastl as ktl
from kerastl.training.phases.decision import Decision
from kerastl.training.schedules.kept_phases import decide_with, phases_with
from tests.training import tiny

PROBE = ktl.Phase("head", linear_probe=True)


def photos():
    images, labels = tiny.images(count=60)
    return ktl.data.arrays(images, labels, validation_split=0.3, seed=0)


def test_only_phases_of_gradient_steps_change():
    tuned, contrast = ktl.Phase("all"), ktl.Phase("all", contrastive_steps=4, keep="refitted")
    best = phases_with([PROBE, tuned, contrast], "best")
    assert best[0] is PROBE
    assert (best[1].keep, best[1].required_gain < -1000) == ("best", True)
    assert (best[2].keep, best[2].required_gain < -1000) == ("refitted", True)
    assert phases_with([tuned], "last")[0].keep == "last"
    assert phases_with([tuned], None) == [tuned]


def test_a_decision_says_that_the_epoch_was_asked_for():
    decision = Decision((ktl.Phase("all"),), ("train all", "kept if the gain exceeds 1"))
    decided = decide_with(lambda evidence: decision, "best")(None)
    assert decided.phases[0].keep == "best"
    assert decided.reasons == ("train all", "the best epoch is kept: as given")
    assert decide_with(None, "best") is None


@pytest.mark.parametrize("keep", ["best", "last"])
def test_fine_tuning_is_kept_although_it_made_the_model_worse(keep, capsys):
    # At this rate every epoch is worse than the linear probe.
    schedule = [PROBE, ktl.Phase("all", epochs=2, learning_rate=0.5)]
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    history = recipe.fit(photos(), schedule, verbose=0)
    assert history.phases[1]["kept_epoch"] is None
    capsys.readouterr()
    history = recipe.fit(photos(), schedule, keep=keep, verbose=2)
    if keep == "best":
        assert history.phases[1]["kept_epoch"] in (1, 2)
        assert history.explanation.endswith(", as asked for.")
    else:
        assert "kept_epoch" not in history.phases[1]


def test_every_epoch_is_numbered_in_its_phase_with_the_loss_that_decides(capsys):
    recipe = ktl.ImageClassification(tiny.backbone(), image_size=(tiny.SIZE, tiny.SIZE))
    schedule = [PROBE, ktl.Phase("all", epochs=2, learning_rate=0.5)]
    history = recipe.fit(photos(), schedule, verbose=2)
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    for number in (1, 2):
        place = lines.index(f"Phase 2 of 2, epoch {number} of 2")
        assert "val_accuracy" in lines[place + 1]
        assert lines[place + 2].startswith("calibrated loss ")
        assert "than with the linear probe by" in lines[place + 2]
    assert "Epoch 2/3" not in printed
    assert lines[-1] == history.explanation


@pytest.mark.parametrize("keep", ["soup", 1, True])
def test_another_choice_is_refused(keep):
    with pytest.raises(ValueError, match="Received: keep="):
        ktl.ImageClassification(tiny.backbone()).fit(photos(), keep=keep)


def test_an_adaptation_has_no_epoch_to_select():
    with pytest.raises(ValueError, match="leave keep out"):
        ktl.ImageClassification(tiny.backbone()).fit(photos(), adapt_to=photos(), keep="best")
