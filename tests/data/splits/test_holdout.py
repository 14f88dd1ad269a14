import numpy as np
import pytest

import kerastl as ktl
from kerastl.data.splits.holdout import with_validation

TEXTS = [f"text {i}" for i in range(40)]
LABELS = ["a", "b"] * 20


def test_a_fifth_of_training_is_held_out_class_by_class():
    data = with_validation(ktl.data.arrays(TEXTS, LABELS, test_split=0.25, seed=0), seed=3)
    assert data.train.class_counts() == {"a": 12, "b": 12}
    assert data.validation.class_counts() == {"a": 3, "b": 3}
    assert len(data.test) == 10
    assert not set(data.train.inputs) & set(data.validation.inputs)


def test_data_with_validation_stays_as_it_is():
    data = ktl.data.arrays(TEXTS, LABELS, validation_split=0.1, seed=0)
    assert with_validation(data) is data


def test_the_split_depends_on_the_seed():
    data = ktl.data.arrays(TEXTS, LABELS, seed=0)
    first, again, other = (list(with_validation(data, seed=s).validation.inputs) for s in (1, 1, 2))
    assert first == again
    assert not np.array_equal(first, other)


def test_grouped_data_without_a_validation_split_is_refused():
    data = ktl.data.arrays(TEXTS, LABELS, groups=[i // 4 for i in range(40)], seed=0)
    with pytest.raises(ValueError, match=r"Pass `validation_split=0\.2` when you load the data"):
        with_validation(data)
