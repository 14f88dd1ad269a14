import numpy as np
import pytest

from kerastl.recipe.choosing.held_out_losses import HeldOutLosses
from kerastl.recipe.choosing.search_rules import next_to_try, preferred

NOISE = np.random.default_rng(0).normal(size=400)


def losses(mean, noise=0.0, groups=None):
    deviations = noise * (NOISE - NOISE.mean())
    return HeldOutLosses(mean + deviations, 0.5, groups)


def search(means, start=2, allowed=None):
    """Return the candidates in the order in which they are measured."""
    allowed = range(len(means)) if allowed is None else allowed
    order, measured = [], {}
    while (number := next_to_try(measured, start, allowed)) is not None:
        order.append(number)
        measured[number] = losses(means[number])
    return order


@pytest.mark.parametrize(
    ("means", "order"),
    [
        ([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], [2, 1, 3, 4, 5]),
        ([0.9, 0.8, 0.7, 0.75, 0.5, 0.4], [2, 1, 3]),
        ([0.9, 0.6, 0.7, 0.2, 0.2, 0.2], [2, 1, 0]),
        ([0.5, 0.6, 0.7, 0.2, 0.2, 0.2], [2, 1, 0]),
        ([0.5, 0.9, 0.7, 0.8, 0.2, 0.2], [2, 1, 3]),
    ],
)
def test_larger_ones_follow_while_each_pays(means, order):
    assert search(means) == order


def test_a_cheaper_one_that_is_hardly_better_does_not_end_the_search():
    measured = {2: losses(0.70), 1: losses(0.69, 0.5)}
    assert next_to_try(measured, 2, range(5)) == 3
    assert next_to_try(measured | {3: losses(0.60)}, 2, range(5)) == 4
    assert next_to_try(measured | {3: losses(0.75)}, 2, range(5)) == 0


def test_what_is_left_out_is_not_measured():
    assert search([0.9, 0.8, 0.7, 0.6, 0.5], allowed=[1, 2]) == [2, 1]
    assert search([0.9, 0.8, 0.7], start=0) == [0, 1, 2]


def test_the_smallest_within_one_standard_error_is_preferred():
    measured = {2: losses(0.70), 3: losses(0.60), 4: losses(0.59, 0.5)}
    assert measured[3].minus(measured[4]).mean < measured[3].minus(measured[4]).error
    assert preferred(measured, 2) == 3
    assert preferred({2: losses(0.60), 3: losses(0.59, 0.5)}, 2) == 2
    assert preferred({2: losses(0.60), 3: losses(0.59, 0.1)}, 2) == 3


def test_below_the_default_no_accuracy_is_given_away():
    assert preferred({1: losses(0.601), 2: losses(0.600, 0.5)}, 2) == 2
    assert preferred({1: losses(0.599), 2: losses(0.600, 0.5)}, 2) == 1


def test_examples_of_a_group_count_once():
    groups = np.arange(400) // 20
    repeated = np.repeat(NOISE[:20], 20)
    one = HeldOutLosses(repeated, 0.5)
    grouped = HeldOutLosses(repeated, 0.5, groups)
    zero = HeldOutLosses(np.zeros(400), 0.5)
    assert grouped.minus(zero).mean == one.minus(zero).mean
    ratio = grouped.minus(zero).error / one.minus(zero).error
    assert ratio == pytest.approx(np.sqrt(20), rel=0.05)
