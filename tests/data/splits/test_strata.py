import numpy as np

from kerastl.data.splits.strata import quantile_strata, rarest_label_strata, without_small_strata


def test_the_stratum_is_the_rarest_label():
    labels = np.array([[1, 0, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    assert rarest_label_strata(labels).tolist() == [2, 1, 0, 3]


def test_quantile_bins_have_about_equal_counts():
    strata = quantile_strata(np.random.default_rng(0).exponential(size=1000), 5)
    assert np.bincount(strata).tolist() == [200] * 5


def test_equal_values_are_in_one_stratum():
    assert len(set(quantile_strata(np.array([3.0] * 8 + [4.0]), 5)[:8])) == 1


def test_small_strata_join_the_largest():
    assert without_small_strata(np.array([4, 4, 4, 1, 0, 0]), 2).tolist() == [4, 4, 4, 4, 0, 0]
    assert without_small_strata(np.array([2, 1]), 2).tolist() == [1, 1]
