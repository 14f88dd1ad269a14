import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.data.pipeline.similar_lengths import in_similar_lengths

pytestmark = pytest.mark.both_backends


def padded(order, lengths, size):
    return sum(
        lengths[order[start : start + size]].max() * len(order[start : start + size])
        for start in range(0, len(order), size)
    )


@given(st.lists(st.integers(1, 90), max_size=200), st.integers(1, 20), st.integers(0, 99))
def test_every_text_stays_and_no_padding_is_added(lengths, size, seed):
    lengths, generator = np.array(lengths, int), np.random.default_rng(seed)
    order = generator.permutation(len(lengths))
    found = in_similar_lengths(order, lengths, size, generator)
    assert sorted(found) == sorted(order)
    rest = len(order) % size
    np.testing.assert_array_equal(found[len(order) - rest :], order[len(order) - rest :])
    assert padded(found, lengths, size) <= padded(order, lengths, size)


def test_batches_of_texts_are_shorter_and_differ_between_epochs():
    lengths = np.random.default_rng(1).integers(5, 60, 1000)
    sampler = EpochSampler(0)
    orders = [sampler.batch_order(epoch, lengths, 16) for epoch in range(2)]
    assert padded(orders[0], lengths, 16) < 0.75 * padded(sampler.order(0, 1000), lengths, 16)
    batches = [{frozenset(order[i : i + 16]) for i in range(0, 1000, 16)} for order in orders]
    assert not batches[0] & batches[1]
    # Short and long batches follow each other in random order.
    longest = lengths[orders[0][:992].reshape(-1, 16)].max(axis=1)
    assert abs(np.corrcoef(longest, np.arange(len(longest)))[0, 1]) < 0.5


def test_the_order_is_the_same_again():
    lengths = np.arange(50)
    first, second = (EpochSampler(3).batch_order(2, lengths, 8) for _ in range(2))
    np.testing.assert_array_equal(first, second)


class Pairs(EpochSampler):
    composes_batches = True


def test_batches_that_are_composed_stay():
    lengths = np.random.default_rng(1).integers(5, 60, 100)
    found = Pairs(0).batch_order(1, lengths, 8)
    np.testing.assert_array_equal(found, Pairs(0).order(1, 100))
