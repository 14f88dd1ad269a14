from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerastl.training.contrastive.class_batches import class_batches

pytestmark = pytest.mark.both_backends


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=12), st.integers(4, 20), st.integers(0, 99))
def test_every_example_has_company_of_its_class_and_of_others(sizes, batch_size, seed):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    batches = list(class_batches(labels, batch_size, 12, seed))
    assert len({len(rows) for rows in batches}) == 1
    for rows in batches:
        assert len(rows) <= batch_size
        counts = Counter(labels[rows].tolist())
        assert len(counts) >= 2
        assert min(counts.values()) >= 2
        for each, count in counts.items():
            # None comes twice while others of its class are left out.
            assert len(set(rows[labels[rows] == each])) == min(count, sizes[each])


def test_all_take_turns():
    labels = np.repeat(np.arange(10), 6)
    drawn = Counter(row for rows in class_batches(labels, 8, 75, 0) for row in rows.tolist())
    # 75 batches of 8 are 600 draws of 60 examples.
    assert set(drawn) == set(range(60))
    assert max(drawn.values()) - min(drawn.values()) <= 2


def test_a_seed_repeats_the_order():
    labels = np.repeat(np.arange(5), 4)
    first, again, other = (
        np.concatenate(list(class_batches(labels, 6, 5, seed))) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
