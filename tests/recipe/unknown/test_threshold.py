import math

import numpy as np
import pytest

from kerastl.artifacts.unknown_output import moved_threshold
from kerastl.recipe.unknown.threshold import unknown_threshold


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2])
@pytest.mark.parametrize("count", [19, 100, 137])
def test_new_examples_raise_at_most_the_stated_false_alarms(rate, count):
    generator = np.random.default_rng(0)
    alarms = []
    for _ in range(300):
        threshold = unknown_threshold(generator.gumbel(size=count), rate)
        alarms.append((generator.gumbel(size=500) > threshold).mean())
    # The standard error of the mean is a twentieth of the rate or less.
    assert np.mean(alarms) <= rate * 1.15
    if count * rate >= 1:
        assert np.mean(alarms) >= rate - 1.2 / count


def test_too_few_examples_have_no_threshold():
    assert unknown_threshold(np.arange(18.0)) == math.inf
    assert unknown_threshold(np.arange(19.0)) == 18.0
    assert unknown_threshold(np.zeros(0)) == math.inf


def test_unknown_examples_raise_the_threshold_but_never_lower_it():
    known = np.arange(100.0)
    assert unknown_threshold(known, others=np.full(50, 200.0)) == 149.5
    # Lower ones would be found only at the price of more false alarms than stated.
    assert unknown_threshold(known, others=np.full(50, 50.0)) >= unknown_threshold(known)
    # All of these are found with fewer false alarms.
    assert unknown_threshold(known, others=np.full(50, 97.0)) == 96.5
    assert unknown_threshold(known, others=np.zeros(0)) == unknown_threshold(known)


def test_a_file_with_other_scores_has_the_same_share_of_false_alarms():
    generator = np.random.default_rng(0)
    before = generator.normal(size=500)
    after = 3 * before + 2 + generator.normal(0, 0.3, 500)
    for threshold in (0.0, 1.7):
        moved = moved_threshold(threshold, before, after)
        assert abs((after > moved).sum() - (before > threshold).sum()) <= 1
    # Beyond all scores there is only the shift of the last ones.
    assert moved_threshold(9.0, before, before + 1) == pytest.approx(10.0)
    assert moved_threshold(-9.0, before, before + 1) == pytest.approx(-8.0)
