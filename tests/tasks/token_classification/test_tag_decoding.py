import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kerastl.data.texts.bio import tag_names, to_bio
from kerastl.tasks.token_classification.tag_decoding import decode_tags, follows

TAGS = tag_names(["a", "b"])
SCORES = arrays.arrays(
    "float64",
    st.tuples(st.integers(0, 4), st.just(len(TAGS))),
    elements=st.floats(-30, 0),
)

pytestmark = pytest.mark.both_backends


def is_valid(tags):
    return to_bio(tags) == list(tags)


@settings(max_examples=200, deadline=None)
@given(SCORES)
def test_what_is_decoded_is_valid_and_the_best_of_all(scores):
    decided = decode_tags(scores, TAGS)
    assert is_valid([TAGS[tag] for tag in decided])
    rows = np.arange(len(scores))
    valid = [
        scores[rows, list(each)].sum()
        for each in itertools.product(range(len(TAGS)), repeat=len(scores))
        if is_valid([TAGS[tag] for tag in each])
    ]
    # Each entity costs as much as breaks ties.
    assert scores[rows, decided].sum() == pytest.approx(max(valid), abs=1e-9 * len(scores) + 1e-12)


def test_only_a_begun_entity_continues():
    allowed = follows(TAGS)
    continues = TAGS.index("I-a")
    assert [bool(x) for x in allowed[:, continues]] == [False, True, True, False, False, False]


def test_a_word_of_which_nothing_is_known_is_outside_or_joins_its_neighbours():
    surely = np.log(np.full(len(TAGS), 1e-6))
    begins, goes_on, outside = surely.copy(), surely.copy(), surely.copy()
    begins[1], goes_on[2], outside[0] = 0, 0, 0
    unknown = np.zeros(len(TAGS))
    assert decode_tags(np.array([begins, unknown, goes_on]), TAGS).tolist() == [1, 2, 2]
    assert decode_tags(np.array([unknown, outside, unknown]), TAGS).tolist() == [0, 0, 0]
