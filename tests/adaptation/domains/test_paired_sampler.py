import numpy as np
import pytest

from kerastl.adaptation.domains.paired_sampler import PairedSampler

SOURCE, OTHER, TARGET = np.arange(10), np.arange(10, 13), np.arange(13, 40)


def epochs(sampler, count=3):
    return [sampler.order(epoch, 40) for epoch in range(count)]


def test_every_batch_is_half_source_and_half_target():
    sampler = PairedSampler(0, [SOURCE], TARGET, batch_size=8)
    for order in epochs(sampler):
        assert len(order) == sampler.length(40) == 24
        for batch in order.reshape(-1, 8):
            assert np.isin(batch[:4], SOURCE).all()
            assert np.isin(batch[4:], TARGET).all()


def test_an_epoch_passes_over_the_source_and_the_target_goes_on_where_it_stopped():
    sampler = PairedSampler(0, [SOURCE], TARGET, batch_size=4)
    orders = epochs(sampler, 27)
    source = np.concatenate([order.reshape(-1, 4)[:, :2].ravel() for order in orders])
    target = np.concatenate([order.reshape(-1, 4)[:, 2:].ravel() for order in orders])
    assert sorted(source[:10]) == SOURCE.tolist()
    # 27 epochs of 10 are ten whole passes over 27 target examples.
    assert (np.bincount(target)[13:] == 10).all()
    assert (np.bincount(source) == 27).all()


def test_several_sources_share_their_half():
    sampler = PairedSampler(0, [SOURCE, OTHER], TARGET, batch_size=8)
    for batch in sampler.order(0, 40).reshape(-1, 8):
        assert np.isin(batch, SOURCE).sum() == np.isin(batch, OTHER).sum() == 2


def test_orders_depend_on_seed_and_epoch_alone():
    first, again = (PairedSampler(3, [SOURCE], TARGET, 8) for _ in range(2))
    np.testing.assert_array_equal(first.order(5, 40), again.order(5, 40))
    assert (first.order(5, 40) != first.order(6, 40)).any()
    assert (first.order(5, 40) != PairedSampler(4, [SOURCE], TARGET, 8).order(5, 40)).any()


@pytest.mark.parametrize("batch_size", [3, 2])
def test_a_batch_that_cannot_be_halved_is_an_error(batch_size):
    with pytest.raises(ValueError, match=f"Received: batch_size={batch_size}"):
        PairedSampler(0, [SOURCE, OTHER], TARGET, batch_size)
