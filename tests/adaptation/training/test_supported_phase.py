import pytest

import kerastl as ktl
from kerastl.adaptation.training.supported_phase import check_possible


@pytest.mark.parametrize(
    ("phase", "named"),
    [
        (ktl.Phase("lora"), "trains='lora'"),
        (ktl.Phase("all", mix="mixup"), "mix='mixup'"),
        (ktl.Phase("all", balanced=True), "balanced=True"),
        (ktl.Phase("all", patience=2), "patience=2"),
        (ktl.Phase("head", linear_probe=True, augment=True, views=2), "views=2"),
        (
            ktl.Phase("all", loss_settings=ktl.LossSettings(class_weights="balanced")),
            "loss_settings.class_weights='balanced'",
        ),
    ],
)
def test_what_makes_no_sense_beside_unlabelled_examples_is_refused(phase, named):
    with pytest.raises(ValueError, match=f"Received: {named}"):
        check_possible(phase)


@pytest.mark.parametrize(
    "phase",
    [
        ktl.Phase("head", linear_probe=True),
        ktl.Phase("all", augment=True, accumulate=2),
        ktl.Phase("last:1", loss_settings=ktl.LossSettings(label_smoothing=0.1)),
    ],
)
def test_everything_else_is_possible(phase):
    check_possible(phase)
