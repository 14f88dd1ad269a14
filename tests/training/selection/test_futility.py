import numpy as np
import pytest

from kerastl.training.selection.futility import Futility
from kerastl.training.selection.measured import Measured

NOISE = np.random.default_rng(0).normal(0, 0.1, 100)


def measured(loss, noise=0.0):
    return Measured([], loss + noise * NOISE, {})


def stops(losses, epochs=2, beginning=1.0, noise=0.0):
    """Return after which epochs a phase ends, from 1."""
    futility = Futility(epochs)
    return [
        number
        for number, loss in enumerate(losses, start=1)
        if futility.ends(measured(beginning), measured(loss, noise * number))
    ]


@pytest.mark.parametrize(
    ("losses", "ended"),
    [
        ([1.2, 1.2, 1.2], [2, 3]),
        ([1.2, 1.3], [2]),
        ([1.2, 1.1, 1.05, 0.9], []),
        ([1.2, 1.1, 1.1, 1.1], [3, 4]),
        ([0.99, 1.5, 1.5], []),
        ([1.5, 0.99, 1.5], []),
    ],
)
def test_a_phase_ends_where_no_epoch_gains_and_none_comes_closer(losses, ended):
    assert stops(losses) == ended


def test_an_epoch_that_comes_closer_by_chance_alone_is_no_progress():
    assert stops([1.2, 1.199], noise=1.0) == [2]
    assert stops([1.2, 1.1], noise=1.0) == []


@pytest.mark.parametrize("epochs", [None, 4])
def test_nothing_ends_before_the_number_of_epochs(epochs):
    assert stops([2.0, 2.0, 2.0], epochs) == []


def test_it_goes_on_from_its_state():
    whole, first, second = Futility(3), Futility(3), Futility(3)
    losses = [1.3, 1.2, 1.25, 1.1, 1.1]
    expected = [whole.ends(measured(1.0), measured(each)) for each in losses]
    given = [first.ends(measured(1.0), measured(each)) for each in losses[:2]]
    second.set_state(first.get_state())
    given += [second.ends(measured(1.0), measured(each)) for each in losses[2:]]
    assert given == expected
    assert any(expected)


def test_a_loss_that_may_be_kept_counts_as_a_gain():
    futility = Futility(1, required_gain=-1e9)
    assert not futility.ends(measured(1.0), measured(2.0, 1.0))
    assert Futility(1, required_gain=0.0).ends(measured(1.0), measured(2.0, 1.0))
