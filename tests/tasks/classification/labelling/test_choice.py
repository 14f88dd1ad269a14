import numpy as np
import pytest

from kerastl.tasks.classification.labelling.choice import choose, margin_scores


def uncertain(count):
    """Return probabilities of three classes, the later the less certain."""
    share = np.linspace(0.98, 0.5, count)
    return np.stack([share, 1 - share, np.zeros(count)], axis=1)


def test_scores_are_margins():
    shares = np.array([[0.5, 0.5, 0.0], [0.6, 0.3, 0.1], [0.0, 0.0, 1.0]])
    assert margin_scores(shares) == pytest.approx([1.0, 0.7, 0.0])


def test_only_candidates_are_chosen_and_their_features_computed():
    generator = np.random.default_rng(0)
    shares = uncertain(500)
    rows = generator.normal(size=(500, 8))
    asked = []

    def features(places):
        asked.append(places)
        return rows[places]

    chosen, scores = choose(shares, features, 10, 0)
    assert len(set(chosen.tolist())) == 10
    assert chosen.min() >= 400
    assert (np.diff(scores[chosen]) <= 0).all()
    assert len(asked) == 1
    assert len(asked[0]) == 100
    assert scores.shape == (500,)


def test_one_of_each_kind_is_chosen_before_a_second_of_one():
    shares = np.full((40, 2), 0.5)
    kinds = np.repeat(np.arange(4), [34, 2, 2, 2])
    chosen, _ = choose(shares, np.eye(4)[kinds].__getitem__, 4, 0)
    assert sorted(kinds[chosen]) == [0, 1, 2, 3]


def test_the_margin_counts_among_different_examples():
    # Of each cluster, the uncertain example moves the centre to itself.
    generator = np.random.default_rng(0)
    shares = np.full((80, 2), [0.995, 0.005])
    shares[::8] = [0.5, 0.5]
    kinds = np.eye(10)[np.repeat(np.arange(10), 8)]
    rows = kinds + generator.normal(scale=0.1, size=kinds.shape)
    chosen, _ = choose(shares, rows.__getitem__, 10, 0)
    assert (chosen % 8 == 0).mean() >= 0.9


def test_a_seed_gives_the_same_choice():
    generator = np.random.default_rng(0)
    shares, rows = uncertain(100), generator.normal(size=(100, 4))
    first, again, other = (choose(shares, rows.__getitem__, 9, seed)[0] for seed in (0, 0, 1))
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_equal_examples_fill_the_rest():
    shares = np.full((12, 2), 0.5)
    chosen, _ = choose(shares, np.ones((12, 3)).__getitem__, 5, 0)
    assert len(set(chosen.tolist())) == 5


def test_a_small_pool_is_returned_whole_in_order():
    shares = np.array([[0.9, 0.1], [0.5, 0.5], [0.7, 0.3]])
    chosen, _ = choose(shares, lambda places: pytest.fail("no features are needed"), 5, 0)
    assert chosen.tolist() == [1, 2, 0]
