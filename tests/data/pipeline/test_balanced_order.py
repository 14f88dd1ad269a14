import numpy as np
import pytest

import kerastl as ktl
from kerastl.data.pipeline.balanced_order import balanced_order
from kerastl.data.pipeline.epoch_sampler import EpochSampler


def order(labels, seed=0):
    return balanced_order(np.asarray(labels), np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("labels", "shares"),
    [
        ([0] * 9 + [1], [5, 5]),
        ([0] * 6 + [1] * 2 + [2] * 2, [3, 3, 4]),
        ([0, 1, 2], [1, 1, 1]),
        ([0] * 5, [5]),
    ],
)
def test_every_class_is_equally_frequent_and_the_length_stays(labels, shares):
    drawn = np.asarray(labels)[order(labels)]
    assert len(drawn) == len(labels)
    assert sorted(np.bincount(drawn)) == shares


def test_no_example_repeats_before_all_of_its_class_are_drawn():
    labels = np.array([0] * 20 + [1] * 4)
    counts = np.bincount(order(labels), minlength=24)
    assert set(counts[:20]) <= {0, 1}
    assert set(counts[20:]) == {3}


def test_random_classes_get_the_remainder():
    labels = np.array([0, 0, 0, 1, 1])
    favoured = {int(np.bincount(labels[order(labels, seed)]).argmax()) for seed in range(8)}
    assert favoured == {0, 1}


def test_epochs_differ_and_a_seed_repeats_them_in_every_kind_of_pipeline():
    labels = np.array([0] * 12 + [1] * 4)
    split = ktl.data.arrays([f"text {i}" for i in range(16)], labels).train

    def passes(seed):
        batches = split.strings(4, shuffle=True, seed=EpochSampler(seed, balance=split.labels))
        return [np.concatenate([y for _, y in batches.as_numpy_iterator()]) for _ in range(2)]

    first, second = passes(1)
    assert np.bincount(first).tolist() == np.bincount(second).tolist() == [8, 8]
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(passes(1), [first, second])
    np.testing.assert_array_equal(
        first, split.labels[EpochSampler(1, balance=split.labels).order(0, 16)]
    )
