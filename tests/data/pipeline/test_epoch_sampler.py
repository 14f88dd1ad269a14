import numpy as np
import pytest

from kerastl.data.pipeline.epoch_sampler import EpochSampler


def test_the_order_differs_between_epochs_and_seeds():
    orders = [
        EpochSampler(seed).order(epoch, 50).tolist() for seed in (0, 1) for epoch in (0, 1, 2)
    ]
    assert all(sorted(order) == list(range(50)) for order in orders)
    assert len({tuple(order) for order in orders}) == 6
    np.testing.assert_array_equal(EpochSampler(1).order(2, 50), orders[-1])


def test_every_counter_continues_from_the_epoch_that_is_started():
    sampler = EpochSampler(0)
    first, second = sampler.counter(), sampler.counter()
    assert [first(), first(), second()] == [0, 1, 0]
    sampler.start(7)
    assert [first(), second(), second(), sampler.counter()()] == [7, 7, 8, 7]
    assert EpochSampler(0, epoch=3).counter()() == 3


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="seed=-1"):
        EpochSampler(-1)
