import warnings

import numpy as np
import pytest

from kerastl.training.linear_probe.folding import FOLDED_EXAMPLES, assign_folds, sample_rows


def rows_of(*counts):
    return np.repeat(np.arange(len(counts)), counts)


@pytest.mark.parametrize(
    "counts",
    [(2501, 2500), (34,) * 150, (8_000, 1), (50_000, 2, 40_000), (1,) * 6_000],
    ids=["one too many", "150 strata", "a single example", "a rare stratum", "single ones"],
)
def test_about_as_many_as_are_worth_it_are_drawn_from_every_stratum(counts):
    strata = rows_of(*counts)
    rows = sample_rows(strata, np.arange(len(strata)), seed=0)
    assert (np.diff(rows) > 0).all()
    drawn = np.bincount(strata[rows], minlength=len(counts))
    expected = FOLDED_EXAMPLES / len(strata) * np.array(counts)
    fewest = np.minimum(counts, 2)
    assert (drawn >= fewest).all()
    assert (np.abs(drawn - np.maximum(expected, fewest)) <= 1).all()


def test_views_are_drawn_together():
    groups = np.tile(np.arange(1_001), 6)
    rows = sample_rows(groups % 3, groups, seed=0)
    assert set(np.bincount(groups[rows], minlength=1_001)) == {0, 6}


def test_few_are_all_kept():
    assert len(sample_rows(rows_of(30, 1), np.arange(31), seed=0)) == 31


@pytest.mark.parametrize(
    ("counts", "folds"), [((20, 30), 5), ((20, 2), 5), ((3, 2), 3), ((20, 1), 5), ((2, 1, 1), 2)]
)
def test_a_small_stratum_leaves_the_others_their_folds(counts, folds):
    strata = rows_of(*counts)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fold_of = assign_folds(strata, np.arange(len(strata)), seed=0)
    assert set(fold_of[fold_of >= 0]) == set(range(folds))
    for stratum, count in enumerate(counts):
        own = fold_of[strata == stratum]
        if count == 1:
            assert own == [-1]
        else:
            most = -(-count // folds)
            assert (own >= 0).all()
            assert np.bincount(own).max() <= most


def test_single_examples_alone_cannot_be_divided():
    assert assign_folds(np.arange(4), np.arange(4), seed=0) is None


def test_views_stay_in_one_fold():
    groups = np.tile(np.arange(20), 3)
    fold_of = assign_folds(groups % 2, groups, seed=0)
    for group in range(20):
        assert len(set(fold_of[groups == group])) == 1
