import numpy as np
import pytest

from kerastl.data import Dataset
from kerastl.data.splits.holdout import with_validation
from kerastl.data.splits.sampling import stratified_sample
from kerastl.data.splits.tagged_split import TaggedSplit

NAMES = ("O", "B-person", "I-person", "B-place", "I-place")


def split_of(*rows):
    """One text a row of tags, every word one letter."""
    texts = [" ".join("w" for _ in row) for row in rows]
    words = [[(2 * i, 2 * i + 1) for i in range(len(row))] for row in rows]
    return TaggedSplit(texts, words, rows, NAMES)


def test_tags_are_padded_and_read_back():
    split = split_of([1, 2, 0], [3])
    np.testing.assert_array_equal(split.labels, [[1, 2, 0], [3, -1, -1]])
    assert split.tags(1) == ["B-place"]
    assert split.types == ("person", "place")
    assert split.class_counts() == {"person": 1, "place": 1}


def test_a_subset_keeps_words_with_their_texts():
    taken = split_of([1, 2, 0], [3], [0, 0]).subset([2, 0])
    assert taken.tags(0) == ["O", "O"]
    assert taken.tags(1) == ["B-person", "I-person", "O"]
    assert [len(each) for each in taken.words] == [2, 3]


def test_the_fingerprint_depends_on_the_offsets_of_words():
    one = TaggedSplit(["ab"], [[(0, 2)]], [[0]], NAMES)
    other = TaggedSplit(["ab"], [[(0, 1), (1, 2)]], [[0, 0]], NAMES)
    assert one.fingerprint() != other.fingerprint()
    assert one.fingerprint() == one.subset([0]).fingerprint()


def test_texts_are_divided_by_their_rarest_type():
    split = split_of([1, 3], [1], [3, 1], [1], [0], [0])
    assert split.strata.tolist() == [3, 1, 3, 1, 0, 0]


def test_a_type_of_one_text_joins_those_without():
    assert split_of([1], [3], [1], [0]).strata.tolist() == [1, 0, 1, 0]
    # And where there is no other one without, the commonest.
    assert split_of([1], [3], [1]).strata.tolist() == [1, 1, 1]


def test_one_text_cannot_be_divided():
    with pytest.raises(ValueError, match="One text cannot be divided"):
        with_validation(Dataset(split_of([1])))


def test_validation_and_samples_are_taken_in_proportion():
    split = split_of(*[[1]] * 20, *[[0]] * 20, *[[3]] * 10)
    data = with_validation(Dataset(split))
    assert data.validation.class_counts() == {"person": 4, "place": 2}
    assert stratified_sample(split, 10).class_counts() == {"person": 4, "place": 2}


def test_the_summary_counts_entities_words_and_texts():
    data = Dataset(split_of([1, 2], [0]), test=split_of([3]))
    lines = [line.split() for line in data.summary().splitlines()[1:]]
    assert lines == [
        ["entities", "train", "test"],
        ["person", "1", "0"],
        ["place", "0", "1"],
        ["words", "3", "1"],
        ["total", "2", "1"],
    ]
