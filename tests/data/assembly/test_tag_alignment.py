import numpy as np
import pytest

from kerastl.data.assembly.tag_alignment import tags_at
from kerastl.data.splits.tagged_split import TaggedSplit

NAMES = ("O", "B-place", "I-place")


def test_parts_of_a_word_continue_its_entity():
    # "U.S. New-York x" as three words of the data, the first two in one entity.
    split = TaggedSplit(["U.S. New-York x"], [[(0, 4), (5, 13), (14, 15)]], [[1, 2, 0]], NAMES)
    begins = np.array([0, 1, 2, 3, 5, 8, 9, 14])
    assert tags_at(begins, split, 0, NAMES).tolist() == [1, 2, 2, 2, 2, 2, 2, 0]


def test_characters_between_words_have_no_tag():
    split = TaggedSplit(["x , y"], [[(0, 1), (4, 5)]], [[1, 0]], NAMES)
    assert tags_at(np.array([0, 2, 4]), split, 0, NAMES).tolist() == [1, -1, 0]


def test_other_orders_of_tags_are_mapped_and_unknown_types_named():
    split = TaggedSplit(["x"], [[(0, 1)]], [[1]], NAMES)
    other = ("O", "B-person", "I-person", "B-place", "I-place")
    assert tags_at(np.array([0]), split, 0, other).tolist() == [3]
    with pytest.raises(ValueError, match=r"The model has person\. Received: place"):
        tags_at(np.array([0]), split, 0, other[:3])
