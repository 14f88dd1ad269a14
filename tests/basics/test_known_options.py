import pytest

from kerastl.basics.known_options import known_options


class Made:
    @classmethod
    def options(cls):
        return ("width",)

    @known_options({"epochs": "Pass a schedule."})
    def fit(self, data, *, batch_size=16):
        """Fit."""
        return data, batch_size


@pytest.mark.parametrize(
    ("option", "advice"),
    [
        ("batchsize", "Did you mean 'batch_size'?"),
        ("epohcs", "Pass a schedule."),
        ("widht", "`width` is an option of Made()."),
        ("zzz", "Known: batch_size, data."),
    ],
)
@pytest.mark.parametrize("kind", [TypeError, ValueError])
def test_an_unknown_option_is_answered_with_what_was_meant(option, advice, kind):
    with pytest.raises(kind) as error:
        Made().fit(1, **{option: 3})
    assert str(error.value) == (
        f"Made.fit() has no option {option!r}. {advice} Received: {option}=3"
    )


def test_a_known_option_is_passed_on_and_the_documentation_stays():
    assert Made().fit(1, batch_size=2) == Made().fit(data=1, batch_size=2) == (1, 2)
    assert Made.fit.__doc__ == "Fit."
