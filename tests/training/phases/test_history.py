import pytest

from kerastl.training.phases.history import PhasedHistory
from kerastl.training.phases.phase import Phase

PROBE = Phase("head", linear_probe=True).get_config()
TUNED = Phase("all").get_config()
NO_GAIN = "did not improve enough on the validation split"


@pytest.mark.parametrize(
    ("phases", "kept"),
    [
        ([PROBE], "the linear probe of phase 1"),
        ([TUNED], "the last epoch of phase 1"),
        (
            [PROBE, {**TUNED, "kept_epoch": 2}],
            "epoch 3, the best of phase 2 on the validation split",
        ),
        (
            [PROBE, {**TUNED, "kept_epoch": None}],
            f"the linear probe of phase 1; phase 2 {NO_GAIN}",
        ),
        (
            [{**TUNED, "kept_epoch": None}] * 2,
            f"those from before the training; phase 1 {NO_GAIN}; phase 2 {NO_GAIN}",
        ),
    ],
)
def test_a_history_says_which_weights_the_model_has_and_why(phases, kept):
    history = PhasedHistory()
    history.phases = phases
    assert history.kept == kept
    assert repr(history).endswith(f"; weights: {kept})")


def test_epochs_that_another_run_has_trained_are_counted():
    history = PhasedHistory()
    history.skip_to(3)
    assert history.next_epoch == 3
    history.record({"loss": 1.0})
    assert (history.epoch, history.next_epoch) == ([3], 4)
