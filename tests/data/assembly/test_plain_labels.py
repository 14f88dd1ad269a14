import enum

import numpy as np
import pandas as pd
import pytest

from kerastl.data.assembly.plain_labels import plain_labels, single_labels

TITLE = "example {}".format


class Kind(enum.StrEnum):
    CAT = "cat"


@pytest.mark.parametrize(
    ("values", "plain"),
    [
        ([np.int8(3), 1, 2.0, np.float32(4)], [3, 1, 2, 4]),
        ([True, np.bool_(False)], [True, False]),
        (["a", np.str_("b"), b"c", np.bytes_(b"d"), Kind.CAT], ["a", "b", "c", "d", "cat"]),
        ([np.array(3), np.array(1)], [3, 1]),
        (["cafe\u0301", "caf\u00e9"], ["caf\u00e9", "caf\u00e9"]),
        ([], []),
    ],
)
def test_plain_values_of_one_type(values, plain) -> None:
    read = plain_labels(values, TITLE)
    assert read == plain
    assert [type(value) for value in read] == [type(value) for value in plain]


def test_tensors() -> None:
    import tensorflow as tf

    assert plain_labels(list(tf.constant([1, 0])), TITLE) == [1, 0]
    assert plain_labels(list(tf.constant(["é", "b"])), TITLE) == ["é", "b"]


@pytest.mark.parametrize(
    "missing", [None, float("nan"), np.float32("nan"), pd.NA, pd.NaT, np.ma.masked, " "]
)
def test_a_missing_label_is_named(missing) -> None:
    with pytest.raises(ValueError, match=r"A label is missing. Received: .* for example 1"):
        plain_labels(["a", missing], TITLE)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["a", 1], r"Received: 'a' \(a string\) for example 0 and 1 \(a whole number\) for ex"),
        ([1, 1, True], r"Received: 1 .* example 0 and True \(a boolean\) for example 2"),
        ([1, 0.5], "Received: 0.5 .* for example 1"),
        ([b"caf\xe9"], r"not encoded in UTF-8.* Received: b'caf\\xe9' for example 0"),
        ([1, 1j], "Received: 1j"),
    ],
)
def test_labels_that_are_refused(values, message) -> None:
    with pytest.raises(ValueError, match=message):
        plain_labels(values, TITLE)


@pytest.mark.parametrize(
    "rows", [np.array([[1], [0]]), [[1], [0]], [np.array([1]), np.array([0])], [1, 0]]
)
def test_rows_with_one_label(rows) -> None:
    assert [int(label) for label in single_labels(rows, TITLE)] == [1, 0]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.eye(3), r"one-hot rows: pass `labels.argmax\(axis=1\)`"),
        ([[False, True], [True, False]], "one-hot rows"),
        (np.full((2, 3), 1 / 3), r"argmax\(axis=1\)` if a row has the score"),
        ([[1, 1], [0, 1]], "kerastl.data.multi_label"),
        ([["a"], ["a", "b"]], r"multi_label.* Received: \['a', 'b'\] for example 1"),
        (np.zeros((2, 1, 1)), "Every example needs one label"),
    ],
)
def test_rows_with_several_values(rows, message) -> None:
    with pytest.raises(ValueError, match=message):
        single_labels(rows, TITLE)
