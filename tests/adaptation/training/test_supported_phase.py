import pytest

import kerastl as ktl
from kerastl.adaptation.training.supported_phase import check_supported

BALANCED = ktl.LossSettings(class_weights="balanced")


@pytest.mark.parametrize(
    ("phase", "named"),
    [
        (ktl.Phase("all", mix="mixup"), "mix='mixup'"),
        (ktl.Phase("all", keep="best"), "keep='best'"),
        (ktl.Phase("all", keep="soup"), "keep='soup'"),
        (ktl.Phase("head", linear_probe=True, augment=True, views=2), "views=2"),
    ],
)
def test_what_makes_no_sense_beside_unlabelled_examples_is_refused(phase, named):
    with pytest.raises(ValueError, match=f"Received: {named}"):
        check_supported(phase, has_source=True, has_validation=True)


@pytest.mark.parametrize(
    ("phase", "named"),
    [
        (ktl.Phase("all", balanced=True), "balanced=True"),
        (ktl.Phase("all", patience=2), "patience=2"),
        (ktl.Phase("all", loss_settings=BALANCED), "class_weights='balanced'"),
    ],
)
def test_what_needs_labels_is_refused_without_a_source(phase, named):
    check_supported(phase, has_source=True, has_validation=True)
    with pytest.raises(ValueError, match=f"Received: {named}"):
        check_supported(phase, has_source=False, has_validation=False)


@pytest.mark.parametrize(
    "phase",
    [
        ktl.Phase("head", linear_probe=True),
        ktl.Phase("lora"),
        ktl.Phase("all", augment=True, views=2, accumulate=2),
        ktl.Phase("last:1", keep="last", loss_settings=ktl.LossSettings(label_smoothing=0.1)),
    ],
)
def test_everything_else_is_supported(phase):
    check_supported(phase, has_source=False, has_validation=False)
