import numpy as np
import pytest

from kerastl.training.selection.futility import Futility
from kerastl.training.selection.measured import Measured

NOISE = np.random.default_rng(0).normal(0, 0.1, 100)
NOISE -= NOISE.mean()


def measured(loss, noise=0.0):
    return Measured([], loss + noise * NOISE, {})


def stops(losses, epochs=2, noise=0.0, required_gain=1.0):
    """Return after which epochs a phase that began with a loss of 1 ends, from 1."""
    futility = Futility(epochs, required_gain)
    return [
        number
        for number, loss in enumerate(losses, start=1)
        if futility.ends(measured(1.0), measured(loss, noise))
    ]


@pytest.mark.parametrize(
    ("losses", "ended"),
    [
        ([1.2, 1.2, 1.2], [2, 3]),
        ([1.5, 1.1, 1.05], [2, 3]),
        ([1.5, 1.1, 0.9, 1.1], [2]),
        ([0.99, 1.5, 1.5], []),
        ([1.5, 0.99, 1.5], []),
    ],
)
def test_a_phase_ends_where_no_epoch_comes_near_its_beginning(losses, ended):
    assert stops(losses) == ended


def test_an_epoch_that_is_worse_by_chance_is_tolerated():
    # The standard error is about .01.
    assert stops([1.2, 1.005], noise=1.0) == []
    assert stops([1.2, 1.02], noise=1.0) == [2]


def test_a_loss_that_may_be_kept_counts():
    assert stops([2.0, 2.0], noise=1.0, required_gain=-1e9) == []
    assert stops([2.0, 2.0], noise=1.0, required_gain=0.0) == [2]


@pytest.mark.parametrize("epochs", [None, 4])
def test_nothing_ends_before_the_number_of_epochs(epochs):
    assert stops([2.0, 2.0, 2.0], epochs) == []


@pytest.mark.parametrize("losses", [[1.3, 1.2, 1.1, 1.1], [0.9, 1.2, 1.1, 1.1]])
def test_it_goes_on_from_its_state(losses):
    first, second = Futility(3), Futility(3)
    given = [first.ends(measured(1.0), measured(each)) for each in losses[:2]]
    second.set_state(first.get_state())
    given += [second.ends(measured(1.0), measured(each)) for each in losses[2:]]
    assert [number for number, ends in enumerate(given, start=1) if ends] == stops(losses, 3)
