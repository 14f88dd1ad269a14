import numpy as np
import pytest

from kerastl.tasks.token_classification.decoded_f1 import decoded_f1

TAGS = ["O", "B-place", "I-place"]


def sure(*tags):
    return np.eye(3)[list(tags)] * 0.94 + 0.02


def test_whole_entities_count_and_unlabelled_tokens_do_not():
    outputs = np.stack([sure(1, 2, 0, 2), sure(1, 0, 0, 1)])
    targets = np.array([[1, 2, 0, -1], [0, 0, 0, 1]])
    # Two of three entities named are true, and there are two.
    assert decoded_f1(outputs, targets, TAGS) == pytest.approx(2 * 2 / 5)


def test_an_end_that_is_one_word_off_is_wrong():
    assert decoded_f1(sure(1, 0)[None], np.array([[1, 2]]), TAGS) == 0


def test_texts_without_entities_have_none():
    assert decoded_f1(sure(0, 0)[None], np.array([[0, 0]]), TAGS) == 0
