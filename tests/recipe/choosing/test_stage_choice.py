import numpy as np
import pytest

from kerastl.recipe.choosing.held_out_losses import HeldOutLosses
from kerastl.recipe.choosing.stage_choice import choose_stages

STAGES = ("a", "b", "c", "d")


def measure(**means):
    asked = []

    def measured(stages):
        asked.append(stages)
        return HeldOutLosses(np.full(9, means.get("".join(stages), 0.9)), 0.5)

    return measured, asked


@pytest.mark.parametrize(
    ("means", "chosen", "tried"),
    [
        ({"abcd": 0.5}, "abcd", ["abcd", "abc", "d"]),
        ({"abcd": 0.5, "abc": 0.4}, "abc", ["abcd", "abc", "ab", "d"]),
        ({"abcd": 0.5, "abc": 0.4, "ab": 0.3}, "ab", ["abcd", "abc", "ab", "d"]),
        ({"abcd": 0.5, "d": 0.4}, "d", ["abcd", "abc", "d"]),
    ],
)
def test_stages_that_do_harm_are_left_out(means, chosen, tried):
    function, asked = measure(**means)
    choice = choose_stages(STAGES, function)
    assert choice.chosen == tuple(chosen)
    assert asked == [tuple(each) for each in tried]
    assert ("lower than" in choice.reason) is (chosen != "abcd")


def test_a_small_gain_keeps_the_default():
    noise = np.random.default_rng(0).normal(size=100)
    noise -= noise.mean()

    def measured(stages):
        return HeldOutLosses(0.5 + (noise - 0.01) * (len(stages) < 4), 0.5)

    choice = choose_stages(STAGES, measured)
    assert choice.chosen == STAGES
    assert "is not clearly lower" in choice.reason


def test_one_stage_is_no_choice():
    function, asked = measure()
    assert choose_stages(("a",), function).chosen == ("a",)
    assert asked == [("a",)]
