import numpy as np
import pytest

from kerastl.data.splits.splitting import check_fractions, split

NAMES = ("a", "b", "c")


def divide(counts, validation, test, seed=0, groups=None):
    labels = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return labels, split(labels, NAMES[: len(counts)], validation, test, seed, groups)


@pytest.mark.parametrize("counts", [(100, 50, 10), (7, 7, 7), (3, 3, 1000), (2, 5, 9)])
@pytest.mark.parametrize(("validation", "test"), [(0.2, 0.0), (0.0, 0.25), (0.2, 0.2), (0.01, 0.5)])
def test_each_class_keeps_the_proportions(counts, validation, test) -> None:
    labels, parts = divide(counts, validation, test)
    for part, share in ((1, validation), (2, test)):
        for c, count in enumerate(counts):
            held_out = int(((labels == c) & (parts == part)).sum())
            assert abs(held_out - count * share) <= 1
            if share and count >= 3:
                assert held_out >= 1
    assert all(((labels == c) & (parts == 0)).any() for c in range(len(counts)))


def test_the_total_is_the_share_asked_for() -> None:
    _, parts = divide((33, 33, 33), 0.1, 0.0)
    assert (parts == 1).sum() == 10


def test_the_split_is_the_same_on_every_machine() -> None:
    pinned = [0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 2, 1]
    assert divide((6, 6), 0.2, 0.2, seed=7)[1].tolist() == pinned
    assert divide((6, 6), 0.2, 0.2, seed=8)[1].tolist() != pinned


def test_a_class_with_one_example_is_an_error_only_when_a_split_is_asked() -> None:
    assert not divide((5, 1), 0.0, 0.0)[1].any()
    with pytest.raises(ValueError, match=r"A class with one example .* Received: 'b'"):
        divide((5, 1), 0.2, 0.0)


@pytest.mark.parametrize(
    ("validation", "test", "message"),
    [
        (
            1.0,
            0.0,
            r"`validation_split` must be a number in \[0, 1\). Received: validation_split=1.0",
        ),
        (0.0, -0.1, r"`test_split` must be a number in \[0, 1\)"),
        (0.5, 0.5, "must leave examples to train on"),
        (20, 0.0, "`validation_split` must be"),
    ],
)
def test_fractions_that_leave_nothing(validation, test, message) -> None:
    with pytest.raises(ValueError, match=message):
        check_fractions(validation, test)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("group_size", [1, 3, 8])
def test_groups_stay_whole_and_classes_stay_represented(seed, group_size) -> None:
    counts = (90, 60, 30)
    groups = [f"person {i // group_size}" for i in range(sum(counts))]
    labels, parts = divide(counts, 0.2, 0.2, seed, groups)
    for group in set(groups):
        assert len({p for p, g in zip(parts, groups, strict=True) if g == group}) == 1
    for part in range(3):
        assert set(labels[parts == part]) == {0, 1, 2}
        assert abs((parts == part).sum() - (0.6, 0.2, 0.2)[part] * 180) <= 2 * group_size


def test_groups_of_mixed_classes_and_sizes() -> None:
    random = np.random.default_rng(0)
    groups = random.zipf(1.5, 600) % 60
    labels = random.integers(0, 3, 600).astype(np.int32)
    parts = split(labels, NAMES, 0.2, 0.1, 0, groups.tolist())
    for group in set(groups.tolist()):
        assert len(set(parts[groups == group])) == 1
    assert all(set(labels[parts == part]) == {0, 1, 2} for part in range(3))
    assert (parts == 0).mean() > 0.5


def test_a_rare_class_reaches_training_and_validation() -> None:
    labels = np.array([0] * 40 + [1] * 4, np.int32)
    groups = [i // 2 for i in range(44)]
    parts = split(labels, NAMES[:2], 0.2, 0.0, 0, groups)
    assert set(parts[labels == 1]) == {0, 1}


def test_a_class_that_the_greedy_choice_leaves_out_is_brought_in() -> None:
    labels = np.array([2, 1, 1, 1, 2, 0, 1, 0, 1, 2, 1, 0, 1, 0, 2, 2, 2, 1], np.int32)
    groups = [4, 1, 0, 2, 2, 3, 4, 1, 4, 0, 1, 3, 1, 3, 2, 2, 4, 4]
    parts = split(labels, NAMES, 0.2, 0.0, 0, groups)
    assert set(labels[parts == 0]) == set(labels[parts == 1]) == {0, 1, 2}


def test_a_class_of_one_group_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"all belong to one group .* Received: 'b'"):
        divide((6, 3), 0.3, 0.0, groups=[0, 0, 1, 1, 2, 2, 3, 3, 3])
