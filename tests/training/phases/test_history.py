import json
from types import SimpleNamespace

import pytest

from kerastl.training.phases.history import PhasedHistory
from kerastl.training.phases.phase import Phase
from kerastl.training.selection.selection import Selection

PROBE = {**Phase("head", linear_probe=True).get_config(), "first_epoch": 0}
TUNED = {**Phase("all").get_config(), "first_epoch": 1}
NO_GAIN = "did not improve enough on the validation split"


@pytest.mark.parametrize(
    ("phases", "kept"),
    [
        ([PROBE], "the linear probe of phase 1"),
        ([TUNED], "the last epoch of phase 1"),
        (
            [PROBE, {**TUNED, "kept_epoch": 2}],
            "epoch 2, the best of phase 2 on the validation split",
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
    assert repr(history).endswith(f"\nweights: {kept}")


SELECTION = Selection(
    (2,), "the linear probe", "accuracy", 0.792, 0.75, "calibrated loss", 0.029, 0.052, 1.0, False
)


HEADINGS = ["epoch", "loss", "val_loss", "extra", *["gain", "over", "the", "beginning"]]
LAST_ROW = ["phase", "2,", "epoch", "2", "0.3000", "0.5700", "2.0000", "0.029", "±", "0.052"]


def new_history():
    history = PhasedHistory()
    history.set_model(SimpleNamespace())
    return history


def trained_history():
    """A linear probe, and two epochs of a phase that measures another metric as well."""
    history = new_history()
    gains = [[-0.01, 0.02], [0.029, 0.052]]
    history.phases = [
        PROBE,
        {**TUNED, "kept_epoch": None, "gains": gains, "selection": SELECTION.get_config()},
    ]
    history.record({"loss": 0.5, "val_loss": 0.6})
    history.on_epoch_end(1, {"loss": 0.4, "val_loss": 0.61, "extra": 1.0})
    history.on_epoch_end(2, {"loss": 0.3, "val_loss": 0.57, "extra": 2.0})
    return history


def test_it_prints_as_a_table_of_epochs_within_their_phases():
    lines = repr(trained_history()).splitlines()
    assert lines[0] == "History of 3 epochs in 2 phases"
    assert lines[1].split() == HEADINGS
    assert lines[2].split() == ["phase", "1,", "linear", "probe", "0.5000", "0.6000"]
    assert lines[4].split() == LAST_ROW
    assert len(lines) == 6
    assert repr(PhasedHistory()).startswith("History of 0 epochs in 0 phases\nweights")


def test_of_many_epochs_the_first_and_the_last_are_printed():
    history = new_history()
    history.phases = [{**TUNED, "first_epoch": 0}]
    for epoch in range(100):
        history.on_epoch_end(epoch, {"loss": 1.0})
    lines = repr(history).splitlines()
    assert len(lines) == 44
    assert lines[22].strip() == "… 60 more"


def test_the_last_line_explains_what_was_kept():
    assert trained_history().explanation == (
        "Epoch 2 has accuracy 0.792 against the linear probe's 0.750, but its calibrated loss is "
        "lower by only 0.029 ± 0.052, not by more than a standard error: kept the linear probe. "
        "Pass keep='best' to take epoch 2."
    )
    assert PhasedHistory().explanation is None


def test_it_survives_its_configuration():
    history = trained_history()
    history.kept_instead, history.calibration = "others", {"temperature": 1.5}
    again = PhasedHistory.from_config(json.loads(json.dumps(history.get_config())))
    assert again.get_config() == history.get_config()
    assert repr(again) == repr(history)


def test_epochs_that_another_run_has_trained_are_counted():
    history = PhasedHistory()
    history.skip_to(3)
    assert history.next_epoch == 3
    history.record({"loss": 1.0})
    assert (history.epoch, history.next_epoch) == ([3], 4)
