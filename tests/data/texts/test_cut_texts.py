import numpy as np
import pytest

from kerastl.data.texts.cut_texts import cut_texts, kept_tokens


def test_texts_that_fit_are_not_worth_a_word():
    assert cut_texts(np.array([1, 128]), 128, "training texts") == ""
    assert cut_texts(np.zeros(0, int), 128, "training texts") == ""


def test_the_count_is_that_of_the_longer_texts():
    lengths = np.r_[np.full(312, 129), np.full(688, 128)]
    said = "312 of 1,000 training texts do not fit into 128 tokens"
    assert cut_texts(lengths, 128, "training texts") == said


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((126, 0), "the first 126 tokens"),
        ((0, 126), "the last 126 tokens"),
        ((31, 95), "the first 31 and the last 95 tokens"),
    ],
)
def test_what_is_read_is_said(ends, said):
    assert kept_tokens(*ends) == said
