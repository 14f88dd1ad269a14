import itertools

import pytest
import tensorflow as tf

from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.data.pipeline.order import indices, with_epoch

pytestmark = pytest.mark.both_backends


def taken(dataset):
    return [int(each) for each in dataset.as_numpy_iterator()]


def test_each_pass_has_the_order_of_its_epoch():
    sampler = EpochSampler(3)
    ordered = indices(9, True, sampler)
    assert taken(ordered) == sampler.order(0, 9).tolist()
    assert taken(ordered) == sampler.order(1, 9).tolist()
    sampler.start(0)
    assert taken(ordered) == sampler.order(0, 9).tolist()


def test_an_interrupted_pass_changes_nothing_once_an_epoch_is_started():
    sampler = EpochSampler(3)
    ordered = indices(9, True, sampler).prefetch(2)
    list(itertools.islice(ordered.as_numpy_iterator(), 1))
    sampler.start(4)
    assert taken(ordered) == sampler.order(4, 9).tolist()


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("count", [0, 1, 5])
def test_every_example_comes_once_and_their_number_is_known(count, shuffle):
    ordered = indices(count, shuffle, 0)
    assert int(ordered.cardinality()) == count
    assert sorted(taken(ordered)) == list(range(count))


def test_batches_have_their_epoch_and_their_number_in_it():
    sampler = EpochSampler(0)
    batches = with_epoch(tf.data.Dataset.range(5).batch(2), sampler)
    assert int(batches.cardinality()) == 3
    sampler.start(6)
    rows = [(int(e), int(n), b.tolist()) for e, n, b in batches.as_numpy_iterator()]
    assert rows == [(6, 0, [0, 1]), (6, 1, [2, 3]), (6, 2, [4])]
    assert {int(epoch) for epoch, _, _ in batches.as_numpy_iterator()} == {7}


@pytest.mark.parametrize("shuffle", [True, False])
def test_pipelines_are_not_tuned_at_run_time(shuffle):
    batches = with_epoch(indices(4, shuffle, 0).batch(2), 0).map(lambda *rows: rows).prefetch(2)
    assert batches.options().autotune.enabled is False
