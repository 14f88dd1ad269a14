import pytest

from kerastl.training.selection.selection import Selection


def selection(gain, kept, share):
    return Selection(
        epochs=(6,),
        begins_with="the linear probe",
        metric="accuracy",
        value=0.8,
        before=0.75,
        loss="calibrated loss",
        gain=gain,
        standard_error=0.02,
        required_gain=1.0,
        kept=kept,
        share=share,
    )


@pytest.mark.parametrize(
    ("gain", "kept", "share", "begins", "ends"),
    [
        (0.1, True, 1.0, "Epoch 6 has accuracy 0.800 against", "by 0.100 ± 0.020: kept epoch 6."),
        (0.1, True, 0.75, "The mixture of 75% of epoch 6 and the rest from", ": kept the mixture."),
        (0.01, False, 0.25, "The mixture of 25% of epoch 6", "Pass keep='best' to take epoch 6."),
        (-0.1, False, 1.0, "Epoch 6 has", "Pass keep='best' to take epoch 6."),
    ],
)
def test_the_line_says_which_weights_were_compared(gain, kept, share, begins, ends):
    line = str(selection(gain, kept, share))
    assert line.startswith(begins)
    assert line.endswith(ends)


def test_a_mixture_that_does_not_help_is_not_called_an_epoch():
    assert (
        "and no epoch or mixture lowers the calibrated loss (the mixture changes it by +0.100)"
        in (str(selection(-0.1, False, 0.5)))
    )
    assert "and no epoch lowers the calibrated loss (epoch 6 changes it by +0.100)" in (
        str(selection(-0.1, False, 1.0))
    )


def test_it_survives_its_configuration():
    chosen = selection(0.1, True, 0.5)
    assert Selection.from_config(chosen.get_config()) == chosen
